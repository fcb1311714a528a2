package io.speckv.draft;

import static io.speckv.draft.LoopbackDraft.prompt;
import static io.speckv.draft.LoopbackDraft.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.speckv.engine.CheckpointException;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.server.ExitCode;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A {@link DraftEngine} with more to do than it takes, and one that stops or cannot start. */
class DraftOverloadTest {
    @Test
    void refusesWhatDoesNotFitTheQueueAtOnceAndSaysWhenToTryAgain() throws Exception {
        try (LoopbackDraft draft = LoopbackDraft.start("qwen3-draft", "--queue.requests=2")) {
            List<CompletableFuture<Optional<Throwable>>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(analyse(draft, request(prompt(6000)).build()));
            }
            List<Throwable> failures = new ArrayList<>();
            for (var one : all) {
                one.get(60, TimeUnit.SECONDS).ifPresent(failures::add);
            }

            assertThat(failures).hasSizeBetween(1, 5);
            for (Throwable thrown : failures) {
                RemoteFailure failure = RemoteFailure.of(thrown).orElseThrow();
                assertThat(failure.is(FailureCode.QUEUE_FULL)).isTrue();
                assertThat(failure.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(failure.retryAfter()).isPresent();
            }
            assertThat(draft.server().slotsUsed()).isZero();
        }
    }

    @Test
    void letsRunningRequestsEndWhenItStops() throws Exception {
        LoopbackDraft draft = LoopbackDraft.start("qwen2-draft", "--limits.lookahead-tokens=100");
        CompletableFuture<Optional<Throwable>> running = analyse(
                draft,
                request(prompt(3000))
                        .setLookaheadTokens(100)
                        .setSampling(SamplingSettings.newBuilder().setIgnoreEos(true))
                        .build());
        while (draft.server().slotsUsed() == 0) {
            Thread.sleep(1);
        }
        ExitCode code = draft.server().process().stop();

        assertThat(code).isEqualTo(ExitCode.CLEAN);
        assertThat(running.get(60, TimeUnit.SECONDS)).isEmpty();
        draft.close();
    }

    @Test
    void doesNotStartWithoutItsModel() {
        var settings = DraftSettings.loader()
                .load(null, Map.of(), List.of("--server.port=0", "--model.folder=/nowhere/draft"))
                .value();

        assertThatThrownBy(() -> DraftServer.start(settings))
                .isInstanceOfAny(CheckpointException.class, io.speckv.text.TokenizerException.class)
                .hasMessageContaining("/nowhere/draft");
    }

    private static CompletableFuture<Optional<Throwable>> analyse(LoopbackDraft draft, AnalyseRequest request) {
        return LoopbackDraft.begin(draft.async(), request).handle((messages, thrown) -> Optional.ofNullable(thrown));
    }
}
