package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.telemetry.MetricsPage;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code RequestDraft} makes of a draft that is gone, slow or wrong, and what becomes of the request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FallbackTest {
    /** It waits long enough for a draft that answers, on a busy machine too. */
    private final RouterRig rig = RouterRig.start("--draft.attempts=1");

    private final RouterRig hasty = RouterRig.startUnchecked("--drafting.time-limit=700ms", "--draft.attempts=1");

    /** Ways in which a draft fails, and what the answer calls them. */
    private enum Trouble {
        GONE(
                FallbackReason.FALLBACK_REASON_DRAFT_UNAVAILABLE,
                (request, observer) -> observer.onError(Status.UNAVAILABLE.asRuntimeException())),
        SLOW(FallbackReason.FALLBACK_REASON_DRAFT_TIMEOUT, (request, observer) -> {}),
        BUSY(
                FallbackReason.FALLBACK_REASON_DRAFT_OVERLOADED,
                (request, observer) -> observer.onError(RequestException.of(FailureCode.QUEUE_FULL, "full"))),
        FAILING(
                FallbackReason.FALLBACK_REASON_DRAFT_FAILED,
                (request, observer) -> observer.onError(RequestException.of(FailureCode.NON_FINITE, "NaN in layer 3"))),
        NOT_A_NUMBER(FallbackReason.FALLBACK_REASON_DRAFT_RESULT_INVALID, (request, observer) -> {
            float[] scores = new float[40];
            scores[7] = Float.NaN;
            observer.onNext(FakeDraft.scores(scores));
        }),
        TOO_FEW_SCORES(
                FallbackReason.FALLBACK_REASON_DRAFT_RESULT_INVALID,
                (request, observer) -> observer.onNext(FakeDraft.scores(39))),
        NO_SCORES(FallbackReason.FALLBACK_REASON_DRAFT_RESULT_INVALID, (request, observer) -> {
            observer.onNext(FakeDraft.summary(40, 0));
            observer.onCompleted();
        }),
        UNKNOWN_TOKEN(
                FallbackReason.FALLBACK_REASON_DRAFT_RESULT_INVALID,
                (request, observer) -> observer.onNext(FakeDraft.lookahead(0, 256))),
        TOO_SHORT(
                FallbackReason.FALLBACK_REASON_PROMPT_TOO_LONG_FOR_DRAFT,
                (request, observer) ->
                        observer.onError(RequestException.of(FailureCode.PROMPT_TOO_LONG, "40 tokens, takes 39"))),
        RESTARTED_AS_ANOTHER(
                FallbackReason.FALLBACK_REASON_OTHER_TOKENIZER,
                (request, observer) ->
                        observer.onError(RequestException.of(FailureCode.TOKENIZER_MISMATCH, "has another one")));

        private final FallbackReason reason;

        @SuppressWarnings("ImmutableEnumChecker") // every script here is a lambda without state
        private final FakeDraft.Script script;

        Trouble(FallbackReason reason, FakeDraft.Script script) {
            this.reason = reason;
            this.script = script;
        }
    }

    @AfterEach
    void mend() {
        rig.draft.script = FakeDraft::answer;
        rig.target.onStart = (call, observer) -> {};
    }

    @AfterAll
    void close() {
        rig.close();
        hasty.close();
    }

    /** Returns a router whose draft is in trouble. */
    private RouterRig troubled(Trouble trouble) {
        if (trouble == Trouble.SLOW) {
            // It knows its draft, which it may have had too little time to hear from.
            hasty.draft.script = FakeDraft::answer;
            RouterRig.await(hasty::describes, "the router does not serve");
        }
        RouterRig troubled = trouble == Trouble.SLOW ? hasty : rig;
        troubled.draft.script = trouble.script;
        return troubled;
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void theTargetAnswersAloneOnTheWholePrompt(Trouble trouble) {
        RouterRig troubled = troubled(trouble);
        GenerateOnceResponse answer = troubled.once(request(FallbackPolicy.FALLBACK_POLICY_FULL, "specpc"));

        CompressionReport report = answer.getFinished().getCompression();
        assertThat(report.getRequestedMethod()).isEqualTo("specpc");
        assertThat(report.getAppliedMethod()).isEqualTo("full");
        assertThat(report.getFallbackReason()).isEqualTo(trouble.reason);
        assertThat(answer.getFinished().getUsage().getKeptTokenCount()).isEqualTo(40);
        assertThat(answer.getAnswer().getTokenIdsCount()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void aDraftThatWasToGoOnIsLostAsAnyIs(Trouble trouble) {
        RouterRig troubled = troubled(trouble);
        GenerateOnceResponse answer = troubled.once(request(FallbackPolicy.FALLBACK_POLICY_FULL, "specpc").toBuilder()
                .setContinueDrafting(true)
                .build());

        assertThat(answer.getFinished().getCompression().getFallbackReason()).isEqualTo(trouble.reason);
        assertThat(answer.getAnswer().getTokenIdsCount()).isEqualTo(4);
        RouterRig.await(() -> troubled.draft.open.get() == 0, "the draft's call is open");
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void aStrictRequestFails(Trouble trouble) {
        RouterRig troubled = troubled(trouble);
        RemoteFailure failure = troubled.failure(request(FallbackPolicy.FALLBACK_POLICY_FAIL, "specpc"));

        // What will be so for ever is no "try again".
        FailureCode expected =
                trouble == Trouble.TOO_SHORT ? FailureCode.PROMPT_TOO_LONG : FailureCode.DRAFT_UNAVAILABLE;
        assertThat(failure.code()).contains(expected);
        assertThat(failure.status()).isEqualTo(expected.status());
        assertThat(failure.retryAfter().isPresent()).isEqualTo(trouble != Trouble.TOO_SHORT);
        assertThat(failure.metadata()).isEqualTo(Map.of("fallback_reason", trouble.reason.name()));
    }

    @Test
    void fallbacksOfEveryReasonAreCountedFromZero() {
        MetricsPage page = new MetricsPage();
        try (RouterRig counting = RouterRig.start(page.flag())) {
            counting.draft.script = Trouble.BUSY.script;
            counting.once(request(FallbackPolicy.FALLBACK_POLICY_FULL, "specpc"));

            assertThat(page.samples("speckv_fallbacks_total", "DRAFT_OVERLOADED"))
                    .containsExactly(1.0);
            assertThat(page.samples("speckv_fallbacks_total", "DRAFT_RESULT_INVALID"))
                    .containsExactly(0.0);
        }
    }

    @Test
    void snapKvEvictsTheTargetsCacheInstead() {
        rig.draft.script = Trouble.GONE.script;
        GenerateOnceResponse answer = rig.once(request(FallbackPolicy.FALLBACK_POLICY_SNAPKV, "specpc"));

        assertThat(answer.getFinished().getCompression().getAppliedMethod()).isEqualTo("snapkv");
        assertThat(rig.target.calls)
                .anyMatch(call -> call.start().getMethod().getName().equals("snapkv"));
    }

    /** A frozen draft would cost each request its whole time. */
    @Test
    void aDraftThatIsSilentToSeveralRequestsIsLeftAloneUntilItSpeaks() {
        try (RouterRig frozen = RouterRig.start(
                "--drafting.time-limit=1s", "--drafting.silences=2", "--drafting.pause=1500ms", "--draft.attempts=1")) {
            GenerateRequest request = request(FallbackPolicy.FALLBACK_POLICY_FULL, "specpc");
            frozen.draft.script = Trouble.SLOW.script;
            assertThat(reason(frozen, request)).isEqualTo(FallbackReason.FALLBACK_REASON_DRAFT_TIMEOUT);
            assertThat(reason(frozen, request)).isEqualTo(FallbackReason.FALLBACK_REASON_DRAFT_TIMEOUT);
            int asked = frozen.draft.requests.size();
            assertThat(reason(frozen, request)).isEqualTo(FallbackReason.FALLBACK_REASON_DRAFT_UNAVAILABLE);
            assertThat(frozen.draft.requests).hasSize(asked);

            frozen.draft.script = FakeDraft::answer;
            RouterRig.await(
                    () -> reason(frozen, request) == FallbackReason.FALLBACK_REASON_UNSPECIFIED,
                    "the draft is not asked again");
        }
    }

    private static FallbackReason reason(RouterRig rig, GenerateRequest request) {
        return rig.once(request).getFinished().getCompression().getFallbackReason();
    }

    /** The full cache is the dearest way: not what a system does that has too much to do already. */
    @Test
    void anOverloadedDraftDoesNotSendItsRequestsToTheDearestWay() {
        rig.draft.script = Trouble.BUSY.script;
        GenerateRequest says = request(FallbackPolicy.FALLBACK_POLICY_UNSPECIFIED, "specpc");
        assertThat(rig.once(says).getFinished().getCompression().getAppliedMethod())
                .isEqualTo("snapkv");
        rig.draft.script = Trouble.GONE.script;
        assertThat(rig.once(says).getFinished().getCompression().getAppliedMethod())
                .isEqualTo("full");
        try (RouterRig shedding = RouterRig.start("--fallback.overloaded=fail")) {
            shedding.draft.script = Trouble.BUSY.script;
            RemoteFailure shed = shedding.failure(says);
            assertThat(shed.code()).contains(FailureCode.DRAFT_UNAVAILABLE);
            assertThat(shed.retryAfter()).isPresent();
        }
    }

    @Test
    void whereTheFullCacheHasNoRoomSnapKvIsAppliedInstead() {
        rig.draft.script = Trouble.GONE.script;
        rig.target.onStart = (call, observer) -> {
            if (call.start().getMethod().getName().equals("full")) {
                observer.onError(RequestException.of(FailureCode.PROMPT_TOO_LONG, "need 44, the largest slot has 20"));
            }
        };
        GenerateOnceResponse answer = rig.once(request(FallbackPolicy.FALLBACK_POLICY_FULL, "specpc"));

        assertThat(answer.getFinished().getCompression().getAppliedMethod()).isEqualTo("snapkv");
        assertThat(answer.getFinished().getCompression().getFallbackReason()).isEqualTo(Trouble.GONE.reason);
    }

    @Test
    void whatOnlyADraftCouldShortenIsUnavailableWhileThereIsNone() {
        rig.draft.script = Trouble.GONE.script;
        GenerateRequest request = request(FallbackPolicy.FALLBACK_POLICY_FULL, "specpc").toBuilder()
                .setPrompt(RouterRig.prompt(300))
                .build();
        RemoteFailure failure = rig.failure(request);
        assertThat(failure.code()).contains(FailureCode.DRAFT_UNAVAILABLE);
        assertThat(failure.message()).contains("has 300 tokens, the target reads at most 200");

        rig.target.onStart = (call, observer) ->
                observer.onError(RequestException.of(FailureCode.PROMPT_TOO_LONG, "need 44, the largest slot has 20"));
        failure = rig.failure(request(FallbackPolicy.FALLBACK_POLICY_FULL, "specpc"));
        assertThat(failure.code()).contains(FailureCode.DRAFT_UNAVAILABLE);
        assertThat(failure.message()).contains("the largest slot has 20");

        rig.draft.script = Trouble.TOO_SHORT.script;
        assertThat(rig.failure(request).code()).contains(FailureCode.PROMPT_TOO_LONG);
    }

    @Test
    void aDraftThatDiesWhileItsLookaheadStillChoosesIsReplaced() {
        rig.draft.script = (request, observer) -> {
            observer.onNext(FakeDraft.lookahead(0, 10));
            RouterRig.await(() -> rig.target.open.get() > 0, "the target is asked with the first lookahead token");
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
        };
        GenerateOnceResponse answer = rig.once(request(FallbackPolicy.FALLBACK_POLICY_FULL, "speckv"));

        assertThat(answer.getFinished().getCompression().getAppliedMethod()).isEqualTo("full");
        RouterRig.await(() -> rig.target.open.get() == 0, "the first target call is open");
    }

    @Test
    void aDraftThatDiesAfterItsScoresHasDoneItsPart() {
        rig.draft.script = (request, observer) -> {
            observer.onNext(FakeDraft.scores(40));
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
        };
        GenerateOnceResponse answer = rig.once(request(FallbackPolicy.FALLBACK_POLICY_FAIL, "specpc"));

        assertThat(answer.getFinished().getCompression().getAppliedMethod()).isEqualTo("specpc");
        assertThat(answer.getFinished().getUsage().getKeptTokenCount()).isEqualTo(10);
    }

    private static GenerateRequest request(FallbackPolicy policy, String method) {
        return RouterRig.request(method).setFallback(policy).build();
    }
}
