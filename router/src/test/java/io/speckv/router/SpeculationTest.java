package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.DraftResponse;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.router.speculation.Speculation;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A router whose {@link Speculation} stands between a draft that goes on and a target, and every way in which it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpeculationTest {
    private final RouterRig rig = RouterRig.start("--draft.attempts=1");

    @AfterEach
    void mend() {
        rig.draft.goingOn = (answered, observer) -> {};
        rig.draft.script = FakeDraft::answer;
        rig.target.onStart = (call, observer) -> {};
        rig.target.script = FakeTarget::answer;
    }

    @AfterAll
    void close() {
        rig.close();
    }

    private static GenerateRequest request(String method) {
        return RouterRig.request(method)
                .setRequestId(method + " goes on")
                .setContinueDrafting(true)
                .build();
    }

    private static void expect(StreamObserver<DraftResponse> draft, int first, Integer... tokens) {
        draft.onNext(DraftResponse.newBuilder()
                .setLookahead(LookaheadTokens.newBuilder().setFirstIndex(first).addAllTokenIds(List.of(tokens)))
                .build());
    }

    /** The target says each token once the draft has heard of the one before and said what it expects. */
    private void answerStepByStep(Queue<Integer> heard) {
        rig.draft.goingOn = (answered, observer) -> {
            heard.addAll(answered.getTokenIdsList());
            expect(observer, answered.getFirstIndex() + 1, 100 + answered.getFirstIndex());
        };
        rig.target.onStart = (call, observer) -> new Thread(() -> {
                    for (int i = 0; i < 4; i++) {
                        int token = 99 + i;
                        RouterRig.await(
                                () -> token == 99 || call.lookahead().contains(token),
                                "the draft does not say " + token);
                        observer.onNext(FakeTarget.delta(i));
                    }
                    observer.onNext(FakeTarget.finished(call, 4));
                    observer.onCompleted();
                })
                .start();
    }

    @ParameterizedTest
    @EnumSource(Scorer.class)
    void theDraftHearsTheAnswerAndTheTargetWhatTheDraftExpects(Scorer scorer) {
        Queue<Integer> heard = new ConcurrentLinkedQueue<>();
        answerStepByStep(heard);
        GenerateOnceResponse answer = rig.once(request(scorer.method));

        assertThat(answer.getAnswer().getTokenIdsList()).containsExactly(0, 1, 2, 3);
        assertThat(heard).startsWith(0, 1, 2);
        FakeTarget.Call call = call(scorer.method + " goes on");
        assertThat(call.start().getLookaheadContinues()).isTrue();
        assertThat(call.lookahead()).startsWith(scorer.lookahead).containsSubsequence(100, 101, 102);
        RouterRig.await(() -> rig.draft.open.get() == 0 && rig.target.open.get() == 0, "calls are open");
    }

    private enum Scorer {
        SPECPC("specpc", 10),
        SPECKV("speckv", 10, 11, 12, 13);

        private final String method;

        @SuppressWarnings("ImmutableEnumChecker") // never written to
        private final Integer[] lookahead;

        Scorer(String method, Integer... lookahead) {
            this.method = method;
            this.lookahead = lookahead;
        }
    }

    /** Ways in which a draft stops going on. */
    private enum Loss {
        GONE(observer -> observer.onError(Status.UNAVAILABLE.asRuntimeException())),
        ENDED(StreamObserver::onCompleted),
        GAP(observer -> expect(observer, 9, 1)),
        UNKNOWN_TOKEN(observer -> expect(observer, 1, 256));

        @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
        private final java.util.function.Consumer<StreamObserver<DraftResponse>> deed;

        Loss(java.util.function.Consumer<StreamObserver<DraftResponse>> deed) {
            this.deed = deed;
        }
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void theTargetGoesOnAloneWhenTheDraftIsLost(Loss loss) {
        rig.draft.goingOn = (answered, observer) -> loss.deed.accept(observer);
        rig.target.onStart = (call, observer) -> observer.onNext(FakeTarget.delta(0));
        // It goes on when nothing of the draft can come any more.
        rig.target.script = (call, observer) -> {
            observer.onNext(FakeTarget.delta(1));
            observer.onNext(FakeTarget.finished(call, 2));
            observer.onCompleted();
        };
        GenerateOnceResponse answer = rig.once(request("speckv"));

        assertThat(answer.getAnswer().getTokenIdsList()).containsExactly(0, 1);
        assertThat(answer.getFinished().getCompression().getFallbackReason())
                .isEqualTo(FallbackReason.FALLBACK_REASON_UNSPECIFIED);
        RouterRig.await(() -> rig.draft.open.get() == 0, "the draft's call is open");
    }

    /** A short answer may be complete while the draft still drafts what it expected of it. */
    @Test
    void anAnswerThatEndsBeforeItsLookaheadReachesTheClient() {
        rig.draft.script = (request, observer) -> observer.onNext(FakeDraft.scores(40));
        rig.target.onStart = (call, observer) -> {
            observer.onNext(FakeTarget.delta(0));
            observer.onNext(FakeTarget.finished(call, 1));
            observer.onCompleted();
        };
        GenerateOnceResponse answer = rig.once(request("specpc"));

        assertThat(answer.getAnswer().getTokenIdsList()).containsExactly(0);
        RouterRig.await(() -> rig.draft.open.get() == 0, "the draft's call is open");
    }

    @Test
    void aMethodWithoutADraftAsksNone() {
        rig.once(request("full"));

        assertThat(call("full goes on").start().getLookaheadContinues()).isFalse();
        assertThat(rig.draft.requests).noneMatch(asked -> asked.getRequestId().equals("full goes on"));
    }

    @Test
    void whoDoesNotAskForItGetsTheLookaheadAlone() {
        rig.once(RouterRig.request("speckv").setRequestId("plain").build());

        assertThat(call("plain").start().getLookaheadContinues()).isFalse();
    }

    private FakeTarget.Call call(String requestId) {
        return rig.target.calls.stream()
                .filter(call -> call.start().getRequestId().equals(requestId))
                .reduce((first, second) -> second)
                .orElseThrow();
    }
}
