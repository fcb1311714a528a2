package io.speckv.kit.failure;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A failure that a client reads from the status of one of our servers.
 *
 * @param reason a name of {@link FailureCode}, or a newer server's reason
 * @param metadata of the ErrorInfo
 * @param fields paths of the fields at fault
 * @param retryAfter when to try again, if the server said
 */
public record RemoteFailure(
        Status.Code status,
        String reason,
        String message,
        Map<String, String> metadata,
        List<String> fields,
        Optional<Duration> retryAfter) {

    /** Returns the failure in {@code thrown}, or empty if it has no ErrorInfo of ours. */
    public static Optional<RemoteFailure> of(Throwable thrown) {
        com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
        if (status == null) {
            return Optional.empty();
        }
        return detail(status, ErrorInfo.class)
                .filter(error -> error.getDomain().equals(Failures.DOMAIN))
                .map(error -> new RemoteFailure(
                        Status.fromCodeValue(status.getCode()).getCode(),
                        error.getReason(),
                        status.getMessage(),
                        error.getMetadataMap(),
                        detail(status, BadRequest.class)
                                .map(bad -> bad.getFieldViolationsList().stream()
                                        .map(BadRequest.FieldViolation::getField)
                                        .toList())
                                .orElse(List.of()),
                        detail(status, RetryInfo.class)
                                .map(retry -> Duration.ofNanos(Durations.toNanos(retry.getRetryDelay())))));
    }

    /** Returns whether the failure has this reason. */
    public boolean is(FailureCode code) {
        return reason.equals(code.name());
    }

    /** Returns the failure's code, or empty if a newer server sent a code that is unknown here. */
    public Optional<FailureCode> code() {
        return Arrays.stream(FailureCode.values()).filter(this::is).findFirst();
    }

    private static <T extends com.google.protobuf.Message> Optional<T> detail(
            com.google.rpc.Status status, Class<T> type) {
        for (Any any : status.getDetailsList()) {
            if (any.is(type)) {
                try {
                    return Optional.of(any.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    return Optional.empty(); // a detail that no version of ours wrote counts as none
                }
            }
        }
        return Optional.empty();
    }
}
