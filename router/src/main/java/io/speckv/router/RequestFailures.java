package io.speckv.router;

import io.speckv.cascade.Failure;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.router.target.TargetFailures;

/** What a client is told of its request's failure. */
final class RequestFailures {
    private RequestFailures() {}

    /** Returns what the client is told. */
    static Throwable of(Failure failure) {
        if (failure instanceof Failure.WithoutDraft lost) {
            return RequestException.of(FailureCode.DRAFT_UNAVAILABLE, lost.message())
                    .with("fallback_reason", FallbackReasons.toProto(lost.why()));
        }
        if (failure instanceof Failure.PromptTooLong tooLong) {
            int kept = tooLong.keptTokens();
            return RequestException.ofField(
                            FailureCode.PROMPT_TOO_LONG,
                            "prompt",
                            "has " + kept + " tokens after compression, must have at most " + tooLong.most())
                    .with("needed_tokens", kept)
                    .with("most_tokens", tooLong.most());
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
}
