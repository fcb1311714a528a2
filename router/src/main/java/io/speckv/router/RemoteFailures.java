package io.speckv.router;

import io.grpc.Status;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.ConnectionFault;
import io.speckv.proto.v1.FallbackReason;
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
    static RuntimeException ofDraft(Throwable thrown) {
        Optional<RemoteFailure> remote = RemoteFailure.of(thrown);
        Optional<FailureCode> code = remote.flatMap(RemoteFailure::code);
        String message = remote.map(RemoteFailure::message).orElse("");
        if (code.equals(Optional.of(FailureCode.FIELD_INVALID))) {
            return RequestException.invalidField("method", "is refused by the draft: " + message);
        }
        if (code.equals(Optional.of(FailureCode.TOKENIZER_MISMATCH))) {
            return RequestException.of(FailureCode.TOKENIZER_MISMATCH, "the draft says: " + message);
        }
        if (code.equals(Optional.of(FailureCode.CLASSIFIER_MISSING))) {
            return RequestException.of(FailureCode.CLASSIFIER_MISSING, "the draft says: " + message);
        }
        if (code.equals(Optional.of(FailureCode.PROMPT_TOO_LONG))) {
            return new DraftFailureException(FallbackReason.FALLBACK_REASON_PROMPT_TOO_LONG_FOR_DRAFT, message);
        }
        FallbackReason reason = switch (Status.fromThrowable(thrown).getCode()) {
            case UNAVAILABLE, CANCELLED -> FallbackReason.FALLBACK_REASON_DRAFT_UNAVAILABLE;
            case DEADLINE_EXCEEDED -> FallbackReason.FALLBACK_REASON_DRAFT_TIMEOUT;
            case RESOURCE_EXHAUSTED -> FallbackReason.FALLBACK_REASON_DRAFT_OVERLOADED;
            default -> FallbackReason.FALLBACK_REASON_DRAFT_FAILED;
        };
        return new DraftFailureException(reason, "the draft failed: " + Status.fromThrowable(thrown));
    }

    /**
     * Returns the target's failure as the request's.
     *
     * @param generatedTokens that came before it
     */
    static RuntimeException ofTarget(Throwable thrown, int generatedTokens) {
        if (thrown instanceof RequestException ours) {
            return counted(ours, generatedTokens);
        }
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
        String cause = ConnectionFault.ofTls(thrown)
                .map(fault -> ": " + fault.message())
                .orElse("");
        return RequestException.of(FailureCode.NO_TARGET, "no target could take the request" + cause)
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
