package io.speckv.router;

import io.grpc.Status;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Failure;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.failure.RequestException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a failed call to draft or target means for the request it was made for. The call's own exception is never the
 * cause: gRPC would find its status there and send that.
 */
final class RemoteFailures {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private RemoteFailures() {}

    /**
     * Returns the draft's failure as a reason to fall back, or as the request's own failure where another way would not
     * help: a setting that the draft refuses, or another tokenizer.
     */
    static Failure ofDraft(Throwable thrown) {
        Optional<RemoteFailure> remote = RemoteFailure.of(thrown);
        Optional<FailureCode> code = remote.flatMap(RemoteFailure::code);
        String message = remote.map(RemoteFailure::message).orElse("");
        if (code.equals(Optional.of(FailureCode.FIELD_INVALID))) {
            return new Failure.Refused(RequestException.invalidField("method", "is refused by the draft: " + message));
        }
        if (code.equals(Optional.of(FailureCode.TOKENIZER_MISMATCH))) {
            return refused(FailureCode.TOKENIZER_MISMATCH, message);
        }
        if (code.equals(Optional.of(FailureCode.CLASSIFIER_MISSING))) {
            return refused(FailureCode.CLASSIFIER_MISSING, message);
        }
        if (code.equals(Optional.of(FailureCode.PROMPT_TOO_LONG))) {
            return new Failure.WithoutDraft(DraftLoss.PROMPT_TOO_LONG, message);
        }
        DraftLoss why = switch (Status.fromThrowable(thrown).getCode()) {
            case UNAVAILABLE, CANCELLED -> DraftLoss.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> DraftLoss.TIMEOUT;
            case RESOURCE_EXHAUSTED -> DraftLoss.OVERLOADED;
            default -> DraftLoss.FAILED;
        };
        return new Failure.WithoutDraft(why, "the draft failed: " + Status.fromThrowable(thrown));
    }

    private static Failure refused(FailureCode code, String message) {
        return new Failure.Refused(RequestException.of(code, "the draft says: " + message));
    }

    /** Returns what the client is told. */
    static Throwable ofRequest(Failure failure) {
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
        if (failure instanceof Failure.TargetFailed target) {
            return ofTarget(target.cause(), target.generatedTokens());
        }
        return ((Failure.Refused) failure).cause();
    }

    /**
     * Returns the target's failure as the request's.
     *
     * @param generatedTokens that came before it
     */
    static RuntimeException ofTarget(Throwable thrown, int generatedTokens) {
        Status status = Status.fromThrowable(thrown);
        // A server that cuts its calls when it stops resets their streams, which reads as CANCELLED.
        boolean cut = status.getCode() == Status.Code.CANCELLED;
        if (cut || status.getCode() == Status.Code.UNAVAILABLE) {
            return unavailable(thrown, generatedTokens);
        }
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return counted(
                    RequestException.of(FailureCode.DEADLINE, "the deadline passed in the target")
                            .with("stage", generatedTokens == 0 ? "target.prefill" : "target.decode"),
                    generatedTokens);
        }
        return RemoteFailure.of(thrown)
                .flatMap(remote -> remote.code()
                        .filter(code -> code != FailureCode.UNEXPECTED)
                        .map(code -> counted(passedOn(code, remote), generatedTokens)))
                .map(RuntimeException.class::cast)
                .orElseGet(() -> new IllegalStateException("the target failed: " + status));
    }

    private static RequestException unavailable(Throwable thrown, int generatedTokens) {
        if (generatedTokens > 0) {
            return counted(
                    RequestException.of(
                            FailureCode.TARGET_LOST,
                            "the target went away after " + generatedTokens + " generated tokens"),
                    generatedTokens);
        }
        Duration wait =
                RemoteFailure.of(thrown).flatMap(RemoteFailure::retryAfter).orElse(TRY_AGAIN);
        return RequestException.of(FailureCode.NO_TARGET, "no target could take the request")
                .retryAfter(wait);
    }

    private static RequestException passedOn(FailureCode code, RemoteFailure remote) {
        RequestException failure = remote.fields().stream()
                .filter(RemoteFailures::isOurs)
                .findFirst()
                .map(field -> RequestException.ofField(code, field, "is refused by the target: " + remote.message()))
                .orElseGet(() -> RequestException.of(code, "the target says: " + remote.message()));
        for (var entry : remote.metadata().entrySet()) {
            failure = failure.with(entry.getKey(), entry.getValue());
        }
        Optional<Duration> retryAfter = remote.retryAfter();
        return retryAfter.isPresent() ? failure.retryAfter(retryAfter.get()) : failure;
    }

    /** These fields are the same in the public request. */
    private static boolean isOurs(String field) {
        return field.startsWith("sampling.") || field.startsWith("method.");
    }

    private static RequestException counted(RequestException failure, int generatedTokens) {
        return failure.with("generated_token_count", generatedTokens);
    }
}
