package io.speckv.kit.failure;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mapping from whatever a service throws to the status its caller gets. Known failures keep their message; anything
 * else becomes INTERNAL with an error id, and only the log says more. Thread-safe.
 */
public final class Failures {
    /** The {@code domain} of every ErrorInfo. */
    public static final String DOMAIN = "speckv";

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final FailureClassifier classifier;

    public Failures(FailureClassifier classifier) {
        this.classifier = classifier;
    }

    /** Returns the status to close the call with; logs {@code thrown} if it was unexpected. */
    public StatusRuntimeException toStatus(Throwable thrown) {
        if (thrown instanceof RequestException failure) {
            return encode(failure);
        }
        if (thrown instanceof StatusRuntimeException status
                && RemoteFailure.of(status).isPresent()) {
            return status;
        }
        Status.Code code = Status.fromThrowable(thrown).getCode();
        if (code == Status.Code.CANCELLED) {
            return encode(RequestException.of(FailureCode.CANCELLED, "the call was cancelled"));
        }
        if (code == Status.Code.DEADLINE_EXCEEDED) {
            return encode(RequestException.of(FailureCode.DEADLINE, "the deadline passed"));
        }
        Optional<RequestException> known = classifier.classify(thrown);
        return known.map(Failures::encode).orElseGet(() -> unexpected(thrown));
    }

    private static StatusRuntimeException unexpected(Throwable thrown) {
        String errorId = UUID.randomUUID().toString();
        LOG.atError().addKeyValue("error_id", errorId).log("request failed unexpectedly\n{}", TextlessTrace.of(thrown));
        return encode(RequestException.of(FailureCode.UNEXPECTED, "internal error " + errorId)
                .with("error_id", errorId));
    }

    /** Returns the status of a known failure, with ErrorInfo always, BadRequest and RetryInfo as far as they apply. */
    public static StatusRuntimeException encode(RequestException failure) {
        String message = String.valueOf(failure.getMessage());
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(failure.code().status().value())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(failure.code().name())
                        .setDomain(DOMAIN)
                        .putAllMetadata(failure.metadata())
                        .build()));
        failure.field()
                .ifPresent(field -> status.addDetails(Any.pack(BadRequest.newBuilder()
                        .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                .setField(field)
                                .setDescription(message)
                                .setReason(failure.code().name()))
                        .build())));
        failure.retryAfter()
                .ifPresent(wait -> status.addDetails(Any.pack(RetryInfo.newBuilder()
                        .setRetryDelay(Durations.fromNanos(wait.toNanos()))
                        .build())));
        return StatusProto.toStatusRuntimeException(status.build());
    }
}
