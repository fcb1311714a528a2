package io.speckv.router.target;

import io.grpc.Status;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.ConnectionFault;
import java.time.Duration;
import java.util.Optional;

/**
 * What a failed call to a target means for the request. The call's own exception never becomes the cause, because gRPC would
 * find that exception's status and send it to the client.
 */
public final class TargetFailures {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private TargetFailures() {}

    /** Returns whether the target has no slot that fits the request. */
    static boolean saysNoRoom(Throwable thrown) {
        return RemoteFailure.of(thrown)
                .map(remote -> remote.is(FailureCode.PROMPT_TOO_LONG))
                .orElse(false);
    }

    /**
     * Returns the failure of a target that broke off.
     *
     * @param why completes "the target", such as "sent nothing for 30 ms"
     */
    static RequestException lost(String why, int generatedTokens) {
        return RequestException.of(
                        FailureCode.TARGET_LOST,
                        "the target " + why + " after " + generatedTokens + " generated tokens")
                .with("reason", why);
    }

    /** Returns the failure for targets that are connected but were silent for this long. */
    static RequestException noFirstToken(Duration silent) {
        return RequestException.of(
                FailureCode.NO_TARGET, "no target gave a first token within " + silent.toMillis() + " ms");
    }

    /**
     * Returns the request's failure for a target's failure.
     *
     * @param generatedTokens that came before it
     */
    public static RuntimeException of(Throwable thrown, int generatedTokens) {
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
        Optional<RemoteFailure> remote = RemoteFailure.of(thrown);
        if (remote.isEmpty()) {
            return counted(WithoutDetails.of(status, generatedTokens > 0), generatedTokens);
        }
        FailureCode code = remote.get().code().orElse(FailureCode.UNEXPECTED);
        return switch (code) {
            case UNEXPECTED -> new IllegalStateException("the target failed: " + status);
            // The target restarted with another tokenizer; the client did nothing wrong.
            case TOKENIZER_MISMATCH ->
                counted(
                        RequestException.of(
                                        FailureCode.NO_TARGET,
                                        "the target says: " + remote.get().message())
                                .retryAfter(TRY_AGAIN),
                        generatedTokens);
            default -> counted(passedOn(code, remote.get()), generatedTokens);
        };
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
        ConnectionFault fault = ConnectionFault.of(thrown);
        String why = fault.isKnown() ? ": " + fault.message() : "";
        return RequestException.of(FailureCode.NO_TARGET, "no target could take the request" + why)
                .retryAfter(wait);
    }

    private static RequestException passedOn(FailureCode code, RemoteFailure remote) {
        RequestException failure = remote.fields().stream()
                .filter(TargetFailures::isOurs)
                .findFirst()
                .map(field -> RequestException.ofField(code, field, "is refused by the target: " + remote.message()))
                .orElseGet(() -> RequestException.of(code, "the target says: " + remote.message()));
        for (var entry : remote.metadata().entrySet()) {
            failure = failure.with(entry.getKey(), entry.getValue());
        }
        Optional<Duration> retryAfter = remote.retryAfter();
        return retryAfter.isPresent() ? failure.retryAfter(retryAfter.get()) : failure;
    }

    /** Returns whether the field has the same name in the public request. */
    private static boolean isOurs(String field) {
        return field.startsWith("sampling.") || field.startsWith("method.");
    }

    private static RequestException counted(RequestException failure, int generatedTokens) {
        return failure.with("generated_token_count", generatedTokens);
    }
}
