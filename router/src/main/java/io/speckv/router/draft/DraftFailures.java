package io.speckv.router.draft;

import io.grpc.Status;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Failure;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.failure.RequestException;
import java.util.Optional;

/**
 * What a failed call to a draft means for the request it was made for. The call's own exception is never the cause: gRPC would
 * find its status there and send that.
 */
final class DraftFailures {
    private DraftFailures() {}

    /**
     * Returns the draft's failure as a reason to fall back, or as the request's own failure where another way would not
     * help: a setting that the draft refuses.
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
        return new Failure.WithoutDraft(why, "the draft failed: " + Status.fromThrowable(thrown));
    }

    private static Failure refused(FailureCode code, String message) {
        return new Failure.Refused(RequestException.of(code, "the draft says: " + message));
    }
}
