package io.speckv.kit.server;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Why a service cannot be reached, according to the exception of a call.
 *
 * @param kind from a closed set, for metrics: tls, refused, name or other
 * @param message for clients: what went wrong, without addresses
 * @param detail for the log
 */
public record ConnectionFault(String kind, String message, String detail) {
    private static final int CAUSES_MOST = 10;

    /** Returns the fault in {@code thrown} and its causes. */
    public static ConnectionFault of(Throwable thrown) {
        String detail = details(thrown);
        if (causes(thrown).anyMatch(one -> one instanceof SSLException || one instanceof CertificateException)) {
            String last = causes(thrown)
                    .filter(one -> one instanceof SSLException
                            || one instanceof CertificateException
                            || one instanceof CertPathValidatorException)
                    .reduce((before, one) -> one)
                    .map(one -> String.valueOf(one.getMessage()))
                    .orElse("");
            return new ConnectionFault("tls", "its TLS certificate or ours is not accepted: " + last, detail);
        }
        if (causes(thrown).anyMatch(ConnectException.class::isInstance)) {
            return new ConnectionFault("refused", "nothing listens at its address", detail);
        }
        boolean unknown = causes(thrown)
                .anyMatch(one -> one instanceof UnknownHostException
                        || String.valueOf(one.getMessage())
                                .toLowerCase(Locale.ROOT)
                                .contains("cannot look up host"));
        return unknown
                ? new ConnectionFault("name", "its name cannot be looked up", detail)
                : new ConnectionFault("other", "it does not answer", detail);
    }

    /** Returns the fault if {@code thrown} comes from TLS, which clients should be told. */
    public static Optional<ConnectionFault> ofTls(Throwable thrown) {
        ConnectionFault fault = of(thrown);
        return fault.kind.equals("tls") ? Optional.of(fault) : Optional.empty();
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
