package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TokenDelta;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A target that is connected and does the wrong thing, or nothing at all. */
class MisbehavingTargetTest {
    private static final String TWO = "--target.channel.target=list:///TARGET,OTHER_TARGET";
    private static final String[] IMPATIENT = {
        TWO, "--progress.first-token=500ms", "--progress.per-prompt-token=0ms", "--progress.between-tokens=500ms"
    };

    /** What a target may send instead of what it should, and the word that tells it. */
    private static Map<String, FakeTarget.Script> faults() {
        return Map.of(
                "from place 1 on, where 0 follows", (call, target) -> target.onNext(FakeTarget.delta(1)),
                "from place 0 on, where 1 follows",
                        (call, target) -> {
                            target.onNext(FakeTarget.delta(0));
                            target.onNext(FakeTarget.delta(0));
                        },
                "from place 2 on, where 1 follows",
                        (call, target) -> {
                            target.onNext(FakeTarget.delta(0));
                            target.onNext(FakeTarget.delta(2));
                        },
                "token 9999, where the vocabulary has 256", (call, target) -> target.onNext(tokens(0, 9999)),
                "80 tokens, where at most 4 were asked for",
                        (call, target) ->
                                target.onNext(tokens(0, IntStream.range(0, 80).toArray())),
                "at its most tokens, 4, after 0", (call, target) -> target.onNext(FakeTarget.finished(call, 4)),
                "without a last message",
                        (call, target) -> {
                            target.onNext(FakeTarget.delta(0));
                            target.onCompleted();
                        });
    }

    private static TargetServiceGenerateResponse tokens(int first, int... ids) {
        return TargetServiceGenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder()
                        .setFirstIndex(first)
                        .addAllTokenIds(IntStream.of(ids).boxed().collect(Collectors.toList())))
                .build();
    }

    @Test
    void noFalseMessageReachesTheClientAsAnAnswer() {
        try (RouterRig rig = RouterRig.start()) {
            faults().forEach((word, script) -> {
                rig.target.script = script;
                RemoteFailure failure = rig.failure(RouterRig.request("full").build());
                assertThat(failure.code()).as(word).contains(FailureCode.TARGET_LOST);
                assertThat(failure.message()).contains(word);
                assertThat(failure.metadata()).containsKey("reason");
            });
            RouterRig.await(() -> rig.target.open.get() == 0, "calls of the target are left open");
        }
    }

    /** Times are for whoever looks at the answer: a clock that goes wrong is no reason to lose it. */
    @Test
    void timesThatCannotBeFailNoAnswer() {
        try (RouterRig rig = RouterRig.start()) {
            rig.target.script = (call, target) -> {
                target.onNext(FakeTarget.delta(0));
                var last = FakeTarget.finished(call, 1).toBuilder();
                last.getFinishedBuilder()
                        .addTimingsBuilder()
                        .setStage(Stage.STAGE_TARGET_DECODE)
                        .setElapsed(Durations.fromMillis(-1));
                target.onNext(last.build());
                target.onCompleted();
            };
            GenerateOnceResponse answer = rig.once(RouterRig.request("full").build());

            assertThat(answer.getAnswer().getTokenIdsList()).containsExactly(0);
            assertThat(answer.getFinished().getTimingsList())
                    .noneMatch(timing -> timing.getStage() == Stage.STAGE_TARGET_DECODE);
        }
    }

    @Test
    void aSilentTargetIsLeftForAnotherBeforeTheFirstToken() {
        try (RouterRig rig = RouterRig.start(IMPATIENT)) {
            AtomicBoolean first = new AtomicBoolean(true);
            FakeTarget.Script silentOnce = (call, target) -> {
                if (!first.getAndSet(false)) {
                    FakeTarget.answer(call, target);
                }
            };
            rig.target.script = silentOnce;
            rig.otherTarget.script = silentOnce;
            GenerateOnceResponse answer = rig.once(RouterRig.request("speckv").build());

            assertThat(answer.getAnswer().getTokenIdsList()).containsExactly(0, 1, 2, 3);
            assertThat(answer.getFinished().getCompression().getTargetAttemptCount())
                    .isEqualTo(2);
            // The second one got what the first one had got.
            List<FakeTarget.Call> asked = java.util.stream.Stream.concat(
                            rig.target.calls.stream(), rig.otherTarget.calls.stream())
                    .filter(call -> call.start()
                            .getRequestId()
                            .equals(answer.getStarted().getRequestId()))
                    .toList();
            assertThat(asked).hasSize(2);
            assertThat(asked.get(0).lookahead())
                    .isEqualTo(asked.get(1).lookahead())
                    .isNotEmpty();
        }
    }

    @Test
    void whereAllAreSilentTheRequestEndsInTime() {
        try (RouterRig rig = RouterRig.start(IMPATIENT)) {
            rig.target.script = (call, target) -> {};
            rig.otherTarget.script = (call, target) -> {};
            assertThat(rig.failure(RouterRig.request("full").build()).code()).contains(FailureCode.NO_TARGET);
            FakeTarget.Script nothing = (call, target) -> {
                for (int i = 0; i < 100; i++) {
                    target.onNext(TargetServiceGenerateResponse.getDefaultInstance());
                }
            };
            rig.target.script = nothing;
            rig.otherTarget.script = nothing;
            assertThat(rig.failure(RouterRig.request("full").build()).code()).contains(FailureCode.NO_TARGET);
        }
    }

    @Test
    void aTargetThatFallsSilentInTheMiddleEndsTheAnswer() {
        try (RouterRig rig = RouterRig.start(IMPATIENT)) {
            FakeTarget.Script oneToken = (call, target) -> target.onNext(FakeTarget.delta(0));
            rig.target.script = oneToken;
            rig.otherTarget.script = oneToken;
            RemoteFailure failure = rig.failure(RouterRig.request("full").build());
            assertThat(failure.code()).contains(FailureCode.TARGET_LOST);
            assertThat(failure.metadata()).containsEntry("generated_token_count", "1");
            assertThat(failure.message()).contains("sent nothing for 500 ms");
        }
    }

    @Test
    void aCompleteAnswerReachesTheClientThoughItsCallDoesNotEnd() {
        try (RouterRig rig = RouterRig.start()) {
            rig.target.script = (call, target) -> {
                target.onNext(FakeTarget.delta(0));
                target.onNext(TargetServiceGenerateResponse.newBuilder()
                        .setFinished(
                                GenerationFinished.newBuilder().setFinishReason(FinishReason.FINISH_REASON_END_OF_TEXT))
                        .build());
            };
            GenerateOnceResponse answer = rig.once(RouterRig.request("full").build());
            assertThat(answer.getAnswer().getTokenIdsList()).containsExactly(0);
            RouterRig.await(() -> rig.target.open.get() == 0, "the call is not let go");
        }
    }
}
