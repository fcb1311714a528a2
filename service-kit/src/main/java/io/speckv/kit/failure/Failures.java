package io.speckv.kit.failure;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps any exception of a service to the status that its caller gets. Known failures keep their message. Any other exception
 * becomes INTERNAL with an error id, and only the log has the details. Thread-safe.
 */
public final class Failures {
    /** The {@code domain} of every ErrorInfo. */
    public static final String DOMAIN = "speckv";

    /**
     * Most characters of a text. A status is sent in headers, clients accept 8 KiB of headers, and some characters take nine
     * bytes there.
     */
    private static final int TEXT_MOST = 400;

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final FailureClassifier classifier;

    public Failures(FailureClassifier classifier) {
        this.classifier = classifier;
    }

    /**
     * Returns the status to close the call with, and logs {@code thrown} if it was unexpected. Ends the process if memory
     * has run out.
     */
    public StatusRuntimeException toStatus(Throwable thrown) {
        Deadly.endProcessIfOutOfMemory(thrown);
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

    /** Returns the status of a known failure, with ErrorInfo always, and with BadRequest and RetryInfo if they apply. */
    public static StatusRuntimeException encode(RequestException failure) {
        String message = bounded(String.valueOf(failure.getMessage()));
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(failure.code().status().value())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(failure.code().name())
                        .setDomain(DOMAIN)
                        .putAllMetadata(bounded(failure.metadata()))
                        .build()));
        failure.field()
                .ifPresent(field -> status.addDetails(Any.pack(BadRequest.newBuilder()
                        .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                .setField(bounded(field))
                                .setDescription(message)
                                .setReason(failure.code().name()))
                        .build())));
        failure.retryAfter()
                .ifPresent(wait -> status.addDetails(Any.pack(RetryInfo.newBuilder()
                        .setRetryDelay(Durations.fromNanos(wait.toNanos()))
                        .build())));
        return StatusProto.toStatusRuntimeException(status.build());
    }

    private static Map<String, String> bounded(Map<String, String> metadata) {
        Map<String, String> bounded = new LinkedHashMap<>();
        metadata.forEach((key, value) -> bounded.put(key, bounded(value)));
        return bounded;
    }

    private static String bounded(String text) {
        if (text.length() <= TEXT_MOST) {
            return text;
        }
        int half = TEXT_MOST / 2 - 10;
        return text.substring(0, half) + " [...] " + text.substring(text.length() - half);
    }
}
