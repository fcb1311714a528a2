package io.speckv.router.draft;

import io.grpc.Status;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Failure;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.ConnectionFault;
import java.util.Optional;

/**
 * What a failed call to a draft means for the request. The call's own exception never becomes the cause, because gRPC would
 * find that exception's status and send it to the client.
 */
final class DraftFailures {
    private DraftFailures() {}

    /**
     * Returns the failure as a reason to fall back. If the draft refuses a setting, falling back would not help, and the
     * request itself fails.
     */
    static Failure of(Throwable thrown) {
        Optional<RemoteFailure> remote = RemoteFailure.of(thrown);
        Optional<FailureCode> code = remote.flatMap(RemoteFailure::code);
        String message = remote.map(RemoteFailure::message).orElse("");
        if (code.equals(Optional.of(FailureCode.FIELD_INVALID))) {
            return new Failure.Refused(RequestException.invalidField("method", "is refused by the draft: " + message));
        }
        if (code.equals(Optional.of(FailureCode.TOKENIZER_MISMATCH))) {
            return new Failure.WithoutDraft(DraftLoss.OTHER_TOKENIZER, "the draft says: " + message);
        }
        if (code.equals(Optional.of(FailureCode.CLASSIFIER_MISSING))) {
            return refused(FailureCode.CLASSIFIER_MISSING, message);
        }
        if (code.equals(Optional.of(FailureCode.PROMPT_TOO_LONG))) {
            return new Failure.WithoutDraft(DraftLoss.PROMPT_TOO_LONG, "the draft says: " + message);
        }
        DraftLoss why = switch (Status.fromThrowable(thrown).getCode()) {
            case UNAVAILABLE, CANCELLED -> DraftLoss.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> DraftLoss.TIMEOUT;
            case RESOURCE_EXHAUSTED -> DraftLoss.OVERLOADED;
            default -> DraftLoss.FAILED;
        };
        return new Failure.WithoutDraft(why, remote.isPresent() ? "the draft says: " + message : silent(why, thrown));
    }

    /** Returns what failed without a word of the draft; gRPC's own texts name hosts, which are not for clients. */
    private static String silent(DraftLoss why, Throwable thrown) {
        ConnectionFault fault = ConnectionFault.of(thrown);
        return switch (why) {
            case UNAVAILABLE ->
                fault.isKnown()
                        ? "the draft cannot be reached: " + fault.message()
                        : "the draft cannot be reached, or went away";
            case TIMEOUT -> "the draft did not answer in time";
            default -> "the draft failed with " + Status.fromThrowable(thrown).getCode();
        };
    }

    private static Failure refused(FailureCode code, String message) {
        return new Failure.Refused(RequestException.of(code, "the draft says: " + message));
    }
}
