package io.speckv.router.target;

import io.grpc.Status;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.time.Duration;

/**
 * Explains statuses without ErrorInfo: they come not from one of our targets but from gRPC itself, or from a proxy or a mesh in
 * between. Their texts may name hosts, so clients get the code alone.
 */
final class WithoutDetails {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    /** Start of gRPC's text for a message that is larger than its receiver takes. */
    private static final String TOO_LARGE = "gRPC message exceeds maximum size";

    private WithoutDetails() {}

    /**
     * Returns the request's failure.
     *
     * @param begun whether tokens have come before
     */
    static RequestException of(Status status, boolean begun) {
        boolean tooLarge = String.valueOf(status.getDescription()).contains(TOO_LARGE);
        if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && !begun) {
            return tooLarge
                    ? RequestException.ofField(
                            FailureCode.PROMPT_TOO_LONG,
                            "prompt",
                            "makes a message that is larger than the target takes")
                    : RequestException.of(FailureCode.QUEUE_FULL, "what stands before the target takes no more now")
                            .retryAfter(TRY_AGAIN);
        }
        String what = "the call ended with " + status.getCode() + ", which is no answer of a target";
        return begun
                ? RequestException.of(FailureCode.TARGET_LOST, what)
                : RequestException.of(FailureCode.NO_TARGET, what).retryAfter(TRY_AGAIN);
    }
}
