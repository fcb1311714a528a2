package io.speckv.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ServedModel;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A call that the router did not answer well. The message tells everything that it said about why. */
public final class RouterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitStatus exitStatus;

    private RouterException(String message, ExitStatus exitStatus, @Nullable Throwable cause) {
        super(message, cause);
        this.exitStatus = exitStatus;
    }

    /**
     * Returns the failure of a call.
     *
     * @param router the address that was asked
     */
    static RouterException of(String router, StatusRuntimeException failure) {
        Status.Code code = failure.getStatus().getCode();
        String message = RemoteFailure.of(failure)
                .map(RouterException::told)
                .orElseGet(() -> code == Status.Code.UNAVAILABLE
                        ? unreachable(router, failure.getStatus())
                        : code + ": " + failure.getStatus().getDescription());
        return new RouterException(message, ExitStatus.of(code), failure);
    }

    /** Returns the failure of one who waited for a target that did not come. */
    static RouterException withoutTarget(DescribeResponse served) {
        String why = served.getModelsList().stream()
                .map(ServedModel::getNotReadyReason)
                .distinct()
                .collect(Collectors.joining(", "));
        return new RouterException("UNAVAILABLE (NO_TARGET): " + why, ExitStatus.UNAVAILABLE, null);
    }

    private static String told(RemoteFailure failure) {
        StringBuilder text =
                new StringBuilder("%s (%s): %s".formatted(failure.status(), failure.reason(), failure.message()));
        failure.fields().forEach(field -> text.append("\n  field: ").append(field));
        failure.metadata()
                .forEach((key, value) ->
                        text.append("\n  ").append(key).append(": ").append(value));
        failure.retryAfter().ifPresent(wait -> text.append("\n  try again in ").append(seconds(wait)));
        return text.toString();
    }

    private static String unreachable(String router, Status status) {
        String why = Optional.ofNullable(status.getCause())
                .map(Throwable::getMessage)
                .orElse(String.valueOf(status.getDescription()));
        return "UNAVAILABLE: no router answers at %s (%s)\n  start one with './speckv up', or name it with --router"
                .formatted(router, why);
    }

    private static String seconds(Duration wait) {
        return String.format(Locale.ROOT, "%.1f s", wait.toMillis() / 1000.0);
    }

    public ExitStatus exitStatus() {
        return exitStatus;
    }
}
