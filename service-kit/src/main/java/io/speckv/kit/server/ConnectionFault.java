package io.speckv.kit.server;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.ConnectTimeoutException;
import io.speckv.kit.failure.RemoteFailure;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Why a service cannot be reached, according to the exception of a call.
 *
 * @param kind one of {@link #KINDS}, for metrics
 * @param message for clients: what went wrong, without addresses
 * @param detail for the log
 */
public record ConnectionFault(String kind, String message, String detail) {
    /** Every kind there is. */
    public static final List<String> KINDS =
            List.of("tls", "refused", "name", "timeout", "route", "health", "protocol", "closed", "told", "other");

    private static final int CAUSES_MOST = 10;
    /** How the bytes of a TLS alert begin, in hexadecimal digits. */
    private static final String TLS_ALERT = "1503";

    public ConnectionFault {
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException(kind + " is no kind of fault, must be one of " + KINDS);
        }
    }

    /** Returns the fault in {@code thrown} and its causes. */
    public static ConnectionFault of(Throwable thrown) {
        String detail = details(thrown);
        Optional<RemoteFailure> told = RemoteFailure.of(thrown);
        if (told.isPresent()) {
            return new ConnectionFault("told", "it says: " + told.get().message(), detail);
        }
        if (isCausedBy(thrown, ConnectionFault::isOfTls)) {
            return new ConnectionFault("tls", ofTls(detail), detail);
        }
        if (isCausedBy(thrown, one -> one instanceof ConnectTimeoutException || says(one, "connection timed out"))) {
            return new ConnectionFault("timeout", "nothing answers at its address", detail);
        }
        if (isCausedBy(thrown, NoRouteToHostException.class::isInstance)) {
            return new ConnectionFault("route", "no way leads to its address", detail);
        }
        if (isCausedBy(thrown, ConnectException.class::isInstance)) {
            return new ConnectionFault("refused", "nothing listens at its address", detail);
        }
        if (isCausedBy(thrown, one -> one instanceof UnknownHostException || says(one, "cannot look up host"))) {
            return new ConnectionFault("name", "its name cannot be looked up", detail);
        }
        if (Status.fromThrowable(thrown).getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return new ConnectionFault("timeout", "it does not answer in time", detail);
        }
        if (isCausedBy(thrown, one -> says(one, "health-check service responded"))) {
            return new ConnectionFault("health", "its health says that it takes no requests now", detail);
        }
        if (isCausedBy(thrown, one -> says(one, "first received frame was not settings"))) {
            boolean tls = detail.contains(": " + TLS_ALERT);
            return new ConnectionFault(
                    "protocol", tls ? "it speaks TLS, and we do not" : "it speaks another protocol than gRPC", detail);
        }
        boolean closed = isCausedBy(
                thrown,
                one -> says(one, "network closed for unknown reason")
                        || says(one, "connection reset")
                        || says(one, "broken pipe"));
        return closed
                ? new ConnectionFault("closed", "it closed the connection", detail)
                : new ConnectionFault("other", "it does not answer", detail);
    }

    /** Returns whether the kind is known, so that {@link #message} tells more than that there is no answer. */
    public boolean isKnown() {
        return !kind.equals("other");
    }

    /** The library's own words may name hosts, which are not for clients. */
    private static String ofTls(String detail) {
        if (detail.contains("not an SSL/TLS record")) {
            return "it speaks no TLS";
        }
        if (detail.contains("No subject alternative") || detail.contains("No name matching")) {
            return "its TLS certificate is for another name";
        }
        if (detail.contains("unable to find valid certification path")) {
            return "its TLS certificate is signed by an authority that is not trusted here";
        }
        return "its TLS certificate or ours is not accepted";
    }

    private static boolean isOfTls(Throwable one) {
        return one instanceof SSLException
                || one instanceof CertificateException
                || one instanceof CertPathValidatorException;
    }

    private static boolean isCausedBy(Throwable thrown, Predicate<Throwable> kind) {
        return causes(thrown).anyMatch(kind);
    }

    private static boolean says(Throwable one, String words) {
        return String.valueOf(one.getMessage()).toLowerCase(Locale.ROOT).contains(words);
    }

    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, one -> one != null, Throwable::getCause).limit(CAUSES_MOST);
    }

    private static String details(Throwable thrown) {
        return causes(thrown)
                .map(one -> String.valueOf(one.getMessage()))
                .distinct()
                .reduce((all, one) -> all + "; " + one)
                .orElse("");
    }
}
