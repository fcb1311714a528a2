package io.speckv.router.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Failure;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestFailuresTest {
    private static RequestException of(Failure failure) {
        Throwable told = RequestFailures.of(failure);
        assertThat(told).isInstanceOf(RequestException.class);
        return (RequestException) told;
    }

    @ParameterizedTest
    @EnumSource(value = DraftLoss.class, names = "PROMPT_TOO_LONG", mode = EnumSource.Mode.EXCLUDE)
    void aDraftThatIsMissingMayComeBack(DraftLoss why) {
        RequestException failure = of(new Failure.WithoutDraft(why, "the draft is away"));
        assertThat(failure.code()).isEqualTo(FailureCode.DRAFT_UNAVAILABLE);
        assertThat(failure).hasMessage("the draft is away");
        assertThat(failure.retryAfter()).isPresent();
        assertThat(failure.metadata())
                .containsEntry("fallback_reason", FallbackReasons.toProto(why).name());
    }

    @Test
    void aPromptThatTheDraftCannotTakeStaysTooLong() {
        RequestException failure = of(new Failure.WithoutDraft(DraftLoss.PROMPT_TOO_LONG, "the draft takes 8"));
        assertThat(failure.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
        assertThat(failure.retryAfter()).isEmpty();
    }

    @Test
    void aPromptThatOnlyADraftCouldShortenSaysSo() {
        RequestException away =
                of(new Failure.NeedsDraft(DraftLoss.TIMEOUT, "has 9 tokens, the target reads at most 8"));
        assertThat(away.code()).isEqualTo(FailureCode.DRAFT_UNAVAILABLE);
        assertThat(away)
                .hasMessage("only a draft could shorten the prompt, and none can be had; it has 9 tokens, the target"
                        + " reads at most 8");
        RequestException tooLong = of(new Failure.NeedsDraft(DraftLoss.PROMPT_TOO_LONG, "has 9 tokens"));
        assertThat(tooLong.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
        assertThat(tooLong.field()).contains("prompt");
        assertThat(tooLong).hasMessage("prompt has 9 tokens, and is too long for the draft, which could shorten it");
    }

    @Test
    void whatIsKeptIsToldWhereItIsLessThanThePrompt() {
        RequestException kept = of(new Failure.PromptTooLong(100, 40, 32));
        assertThat(kept).hasMessage("prompt has 100 tokens, of which the method keeps 40, the target reads at most 32");
        assertThat(kept.metadata()).containsEntry("needed_tokens", "40").containsEntry("most_tokens", "32");
        assertThat(of(new Failure.PromptTooLong(100, 100, 32)))
                .hasMessage("prompt has 100 tokens, the target reads at most 32");
    }

    @Test
    void aMethodThatTheTargetCannotApplyIsNamed() {
        RequestException failure = of(new Failure.NoCacheStage("snapkv"));
        assertThat(failure.code()).isEqualTo(FailureCode.FIELD_INVALID);
        assertThat(failure).hasMessageStartingWith("method.name is snapkv, which drops KV pairs of the target");
    }

    @Test
    void aTargetsFailureIsCountedAndARefusalIsWhatItIs() {
        RequestException lost = of(new Failure.TargetFailed(Status.UNAVAILABLE.asRuntimeException(), 5));
        assertThat(lost.code()).isEqualTo(FailureCode.TARGET_LOST);
        assertThat(lost.metadata()).containsEntry("generated_token_count", "5");
        RuntimeException cause = new IllegalStateException("stopped");
        assertThat(RequestFailures.of(new Failure.Refused(cause))).isSameAs(cause);
    }
}
