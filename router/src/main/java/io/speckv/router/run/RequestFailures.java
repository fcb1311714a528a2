package io.speckv.router.run;

import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Failure;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.router.target.TargetFailures;
import java.time.Duration;

/** What a client is told when its request fails. */
final class RequestFailures {
    private RequestFailures() {}

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    /** Returns the exception that the client gets. */
    static Throwable of(Failure failure) {
        if (failure instanceof Failure.WithoutDraft lost) {
            return withoutDraft(lost.why(), lost.message());
        }
        if (failure instanceof Failure.NeedsDraft needs) {
            return needs.why() == DraftLoss.PROMPT_TOO_LONG
                    ? RequestException.ofField(
                                    FailureCode.PROMPT_TOO_LONG,
                                    "prompt",
                                    needs.limit() + ", and is too long for the draft, which could shorten it")
                            .with("fallback_reason", FallbackReasons.toProto(needs.why()))
                    : withoutDraft(
                            needs.why(),
                            "only a draft could shorten the prompt, and none can be had; it " + needs.limit());
        }
        if (failure instanceof Failure.PromptTooLong tooLong) {
            return tooLong(tooLong);
        }
        if (failure instanceof Failure.NoCacheStage stage) {
            return RequestException.invalidField(
                    "method.name",
                    "is " + stage.method()
                            + ", which drops KV pairs of the target and nothing else, and this target keeps"
                            + " all: take a method that shortens the prompt, or another fallback than fail");
        }
        if (failure instanceof Failure.TargetFailed target) {
            return TargetFailures.of(target.cause(), target.generatedTokens());
        }
        return ((Failure.Refused) failure).cause();
    }

    /** A prompt that is too long for the draft stays too long, so the client should not retry; every other failure may pass. */
    private static RequestException withoutDraft(DraftLoss why, String message) {
        RequestException failure = why == DraftLoss.PROMPT_TOO_LONG
                ? RequestException.of(FailureCode.PROMPT_TOO_LONG, message)
                : RequestException.of(FailureCode.DRAFT_UNAVAILABLE, message).retryAfter(TRY_AGAIN);
        return failure.with("fallback_reason", FallbackReasons.toProto(why));
    }

    private static RequestException tooLong(Failure.PromptTooLong tooLong) {
        boolean shortened = tooLong.keptTokens() < tooLong.promptTokens();
        String kept = shortened ? ", of which the method keeps " + tooLong.keptTokens() : "";
        return RequestException.ofField(
                        FailureCode.PROMPT_TOO_LONG,
                        "prompt",
                        "has " + tooLong.promptTokens() + " tokens" + kept + ", the target reads at most "
                                + tooLong.most())
                .with("needed_tokens", tooLong.keptTokens())
                .with("most_tokens", tooLong.most());
    }
}
