package io.speckv.engineclient;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Why no connection to an engine comes about. The HTTP client's own exceptions often have no message. */
public final class ConnectionTrouble {
    private static final int CAUSES_MOST = 10;
    /** What the JDK says of a peer whose first bytes are not TLS's. */
    private static final String NO_TLS = "SSL message";

    private ConnectionTrouble() {}

    /** Returns why, in words that name no address; empty if the failure is of another kind. */
    public static Optional<String> of(Throwable failure) {
        if (isCausedBy(
                failure, one -> one instanceof UnresolvedAddressException || one instanceof UnknownHostException)) {
            return Optional.of("its name cannot be looked up");
        }
        if (isCausedBy(failure, HttpConnectTimeoutException.class::isInstance)) {
            return Optional.of("nothing answers at its address");
        }
        if (isCausedBy(failure, NoRouteToHostException.class::isInstance)) {
            return Optional.of("no way leads to its address");
        }
        if (isCausedBy(failure, ConnectException.class::isInstance)) {
            return Optional.of("nothing listens at its address");
        }
        return causes(failure)
                .filter(SSLException.class::isInstance)
                .reduce((before, one) -> one)
                .map(ConnectionTrouble::ofTls);
    }

    /** Only failures of the handshake have a class of their own; what breaks later does not. */
    private static String ofTls(Throwable failure) {
        boolean agreed = !(failure instanceof SSLHandshakeException)
                && !String.valueOf(failure.getMessage()).contains(NO_TLS);
        return (agreed ? "its TLS connection broke: " : "its TLS certificate is not accepted, or it speaks no TLS: ")
                + failure.getMessage();
    }

    private static boolean isCausedBy(Throwable failure, Predicate<Throwable> kind) {
        return causes(failure).anyMatch(kind);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, one -> one != null, Throwable::getCause).limit(CAUSES_MOST);
    }
}
