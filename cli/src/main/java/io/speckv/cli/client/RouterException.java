package io.speckv.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.server.ConnectionFault;
import io.speckv.kit.settings.DurationText;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A failed call. The message has everything that the router said about the failure. */
public final class RouterException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** How gRPC shows the first bytes of a TLS alert, which a server sends to a client that speaks no TLS. */
    private static final String TLS_ALERT = "received bytes: 1503";

    private final ExitStatus exitStatus;
    private final ArrayList<String> fields;

    private RouterException(String message, ExitStatus exitStatus, List<String> fields, @Nullable Throwable cause) {
        super(message, cause);
        this.exitStatus = exitStatus;
        this.fields = new ArrayList<>(fields);
    }

    /**
     * Returns the failure of a call.
     *
     * @param router the address that was asked
     * @param timeLimit that the call had
     */
    static RouterException of(String router, Duration timeLimit, StatusRuntimeException failure) {
        Status.Code code = failure.getStatus().getCode();
        Optional<RemoteFailure> told = RemoteFailure.of(failure);
        if (told.isPresent()) {
            return new RouterException(
                    told(told.get()), ExitStatus.of(code), told.get().fields(), failure);
        }
        Optional<String> mistaken = mistaken(router, failure.getStatus());
        if (mistaken.isPresent()) {
            return new RouterException(mistaken.get(), ExitStatus.WRONG_INPUT, List.of(), failure);
        }
        String message = switch (code) {
            case UNAVAILABLE -> unreachable(router, failure);
            case DEADLINE_EXCEEDED ->
                "DEADLINE_EXCEEDED: no whole answer from %s within %s, which is --timeout"
                        .formatted(router, DurationText.of(timeLimit));
            default -> "%s: %s, from %s".formatted(code, described(failure.getStatus()), router);
        };
        return new RouterException(message, ExitStatus.of(code), List.of(), failure);
    }

    /** Returns what the server is if it is not a router's gRPC port; texts of gRPC and Netty show it. */
    private static Optional<String> mistaken(String router, Status status) {
        String words = described(status) + " " + why(status);
        if (words.contains("not an SSL/TLS record")) {
            return Optional.of("what answers at " + router + " speaks no TLS: leave out --tls, --tls-ca and --cert");
        }
        if (words.contains(TLS_ALERT)) {
            return Optional.of("what answers at " + router + " speaks TLS: add --tls or --tls-ca FILE");
        }
        // A load balancer whose router is down also answers with a page; gRPC maps 502, 503 and 504 to UNAVAILABLE.
        boolean page = status.getCode() != Status.Code.UNAVAILABLE
                && (words.contains("HTTP status code") || words.contains("invalid content-type"));
        boolean http = page || words.contains("First received frame was not SETTINGS");
        return http
                ? Optional.of("what answers at " + router + " speaks HTTP and no gRPC: name the router's gRPC port with"
                        + " --router, such as localhost:9000")
                : Optional.empty();
    }

    /** Returns the failure after waiting in vain for a target. */
    static RouterException withoutTarget(DescribeResponse served) {
        String why = served.getModelsList().stream()
                .map(ServedModel::getNotReadyReason)
                .filter(reason -> !reason.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
        return new RouterException(
                "UNAVAILABLE (NO_TARGET): " + (why.isEmpty() ? "the router has no target and does not say why" : why),
                ExitStatus.UNAVAILABLE,
                List.of(),
                null);
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

    private static String unreachable(String router, StatusRuntimeException failure) {
        ConnectionFault fault = ConnectionFault.of(failure);
        String why = fault.isKnown() ? fault.message() : firstLine(why(failure.getStatus()));
        String remedy = switch (fault.kind()) {
            case "closed" -> "it may have stopped; if it wants TLS, add --tls or --tls-ca FILE";
            case "tls" ->
                why.contains("certification path")
                        ? "name the PEM file of its authorities with --tls-ca"
                        : "compare the address with the names in its certificate; it may want --cert and --key";
            case "name", "route", "timeout" -> "check the address after --router, and the network on the way";
            default -> "start one with './speckv up', or name it with --router";
        };
        return "UNAVAILABLE: no router answers at %s: %s\n  %s".formatted(router, why, remedy);
    }

    /** After its first line gRPC's text has headers and the beginning of a page, which are left out. */
    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }

    private static String why(Status status) {
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause == null) {
            return described(status);
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static String described(Status status) {
        return status.getDescription() == null ? "no reason given" : status.getDescription();
    }

    private static String seconds(Duration wait) {
        return String.format(Locale.ROOT, "%.1f s", wait.toMillis() / 1000.0);
    }

    public ExitStatus exitStatus() {
        return exitStatus;
    }

    /** Returns the paths of the request's wrong fields, as the message names them. */
    public List<String> fields() {
        return List.copyOf(fields);
    }
}
