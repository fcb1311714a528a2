package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.speckv.cascade.KeptPrompt;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.OpenPrefill;
import io.speckv.engine.generate.Prefilled;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.StageSettings;
import io.speckv.selection.cache.FullCache;
import io.speckv.serving.EngineFailures;
import io.speckv.serving.batch.BatchTerms;
import io.speckv.target.speculation.SpeculatedTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that fail while the target works on them say so, and harm no other. */
class FailureTest {
    private static final int SHORT = 40;

    @Test
    void whoDoesNotFitTheQueueIsToldWhenToTryAgain() {
        try (LoopbackTarget target =
                LoopbackTarget.start("llama-target", "--slots.small.count=1", "--queue.requests=2")) {
            GenerationStart waiting = LoopbackTarget.start(LoopbackTarget.prompt(30), 3)
                    .setLookaheadWait(Durations.fromSeconds(60))
                    .build();
            List<TargetCall> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                calls.add(target.open(waiting));
            }
            LoopbackTarget.await(() -> target.server().queued() == 2, "the queue has room");
            RemoteFailure failure = target.open(waiting).failure();

            assertThat(failure.is(FailureCode.QUEUE_FULL))
                    .as(failure.toString())
                    .isTrue();
            assertThat(failure.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(failure.retryAfter()).isPresent();
            // The large slots have a queue of their own.
            assertThat(target.generate(LoopbackTarget.start(LoopbackTarget.prompt(300), 3)
                                    .build())
                            .tokens())
                    .hasSize(3);
            calls.forEach(TargetCall::halfClose);
            calls.forEach(call -> assertThat(call.result().tokens()).hasSize(3));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "snapkv", "h2o", "laq++"})
    void numbersThatOverflowFailTheirRequestAndNobodyElse(String method, @TempDir Path folder) {
        try (LoopbackTarget target = LoopbackTarget.start(OverflowingModel.write(folder), "--slots.small.count=0")) {
            GenerationStart small = LoopbackTarget.start(prompt(SHORT), 30).build();
            GenerationStart large = LoopbackTarget.start(prompt(700), 30).build();
            int[] alone = target.generate(small).tokens();
            int[] bad = prompt(600);
            bad[300] = OverflowingModel.TOKEN;
            RemoteFailure failure = target.open(LoopbackTarget.start(bad, 5)
                            .setMethod(method(method))
                            .build())
                    .halfClose()
                    .failure();

            assertThat(failure.is(FailureCode.NON_FINITE))
                    .as(failure.toString())
                    .isTrue();
            assertThat(failure.status()).isEqualTo(Status.Code.INTERNAL);
            // The failed request's slot is the first that is free; beside a longer one its stale places are masked.
            TargetCall inItsSlot = target.open(small).awaitFirstToken();
            TargetCall beside = target.open(large).halfClose();
            assertThat(inItsSlot.halfClose().result().tokens()).isEqualTo(alone);
            assertThat(beside.result().tokens()).hasSize(30);
            target.awaitIdle();
        }
    }

    private static Method method(String name) {
        Method.Builder method = Method.newBuilder().setName(name);
        return name.equals("full")
                ? method.build()
                : method.setSettings(StageSettings.newBuilder().setMaxCapacityPrompt(64))
                        .build();
    }

    private static int[] prompt(int tokens) {
        return IntStream.range(0, tokens).map(i -> (i * 31 + tokens) % 200).toArray();
    }

    /** The allocation is libtorch's own, and fails at once: no machine maps so much. */
    @Test
    void memoryThatTheDeviceHasNotIsKvMemory() {
        try (DecoderModel model = DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS)) {
            Throwable thrown = catchThrowable(() -> model.newArena(1 << 20, 1 << 30));
            RemoteFailure failure = RemoteFailure.of(new Failures(new EngineFailures()).toStatus(thrown))
                    .orElseThrow();

            assertThat(failure.is(FailureCode.KV_MEMORY))
                    .as(String.valueOf(thrown))
                    .isTrue();
            assertThat(failure.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void anErrorInTheEngineEndsItAndEverythingItHeld() throws Exception {
        try (DecoderModel model = DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS);
                SlotSizes sizes = new SlotSizes(
                        model,
                        new TargetSlotPlan(List.of(new TargetSlotPlan.Size(1, 64)), 0),
                        new TargetSettings.Queue(8, 1000))) {
            CompletableFuture<String> died = new CompletableFuture<>();
            GenerationScheduler scheduler = new GenerationScheduler(
                    model,
                    new io.speckv.engine.generate.TargetPrefill(model),
                    sizes,
                    null,
                    new TargetSettings.Overlap(new io.speckv.kit.settings.ByteSize(0), 2),
                    new BatchTerms(0.5, Duration.ZERO),
                    died::complete);
            List<FatalSink> sinks = List.of(new FatalSink(), new FatalSink(), new FatalSink());
            for (FatalSink sink : sinks) {
                try {
                    var unused = scheduler.submit(request(), sink);
                } catch (RuntimeException e) {
                    sink.failed(e); // the engine was quicker than the test
                }
            }

            for (FatalSink sink : sinks) {
                assertThat(sink.failure.get(10, TimeUnit.SECONDS)).isNotNull();
            }
            assertThat(died.get(10, TimeUnit.SECONDS)).isEqualTo("the engine has ended");
            assertThat(sizes.slotsUsed()).isZero();
            assertThat(sizes.queued()).isZero();
            assertThatThrownBy(() -> scheduler.submit(request(), new FatalSink()))
                    .hasMessage(GenerationScheduler.stopped().getMessage());
            assertThatThrownBy(scheduler::close).hasRootCauseMessage("fatal");
        }
    }

    private static GenerationRequest request() {
        LookaheadInbox lookahead = new LookaheadInbox(1);
        lookahead.complete();
        return new GenerationRequest(
                "",
                new KeptPrompt(prompt(SHORT), IntStream.range(0, SHORT).toArray(), SHORT, false, new float[0]),
                new FullCache(),
                false,
                lookahead,
                new SpeculatedTokens(0, 1),
                0,
                io.speckv.engine.sampling.SamplingSettings.greedy(2),
                io.speckv.text.SpecialTokens.EXCLUDED,
                false,
                0,
                2,
                SHORT + 2,
                false);
    }

    /** Runs into an error of the virtual machine when its prefill is done. */
    private static final class FatalSink implements AnswerReply {
        final CompletableFuture<Throwable> failure = new CompletableFuture<>();

        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void prefillBegins() {}

        @Override
        public void promptRead(OpenPrefill open) {}

        @Override
        public void prefillGoesOn() {}

        @Override
        public void prefilled(Prefilled prefilled) {
            throw new OutOfMemoryError("fatal");
        }

        @Override
        public void grown(Answer answer) {}

        @Override
        public void finished(Answer answer) {}

        @Override
        public void failed(Throwable thrown) {
            failure.complete(Objects.requireNonNull(thrown));
        }
    }
}
