package io.speckv.kit.server;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of clients whose connection cannot begin, in one sentence each: what is wrong and what to check. The same of the same
 * host is told once a minute, because clients try again. Thread-safe.
 */
public final class HandshakeLog {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeLog.class);
    private static final long APART_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int REMEMBERED_MOST = 256;
    private static final int CAUSES_MOST = 10;
    /**
     * Alerts by which a client refuses the certificate that it was shown, in the words of the JDK and of OpenSSL. Clients of
     * gRPC that trust none but given authorities, as ours do, send an internal error.
     */
    private static final Pattern REFUSES_OURS =
            Pattern.compile("ALERT.*(CERTIFICATE (UNKNOWN|EXPIRED|REVOKED)|(BAD|UNSUPPORTED) CERTIFICATE|UNKNOWN CA"
                    + "|INTERNAL ERROR)");

    private final LongSupplier nanoTime;
    private final Map<String, Long> told = new LinkedHashMap<>();

    /** Begins with nothing told. */
    public HandshakeLog() {
        this(System::nanoTime);
    }

    HandshakeLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Tells of a connection that failed before its first call. A client that just went away is no failure, and told at DEBUG.
     *
     * @param peer address of the client
     */
    public void failed(String peer, Throwable cause) {
        Optional<String> wrong = explain(cause);
        if (wrong.isPresent()) {
            warn(peer, wrong.get());
        } else {
            LOG.atDebug().addKeyValue("peer", peer).log("a client went away during the TLS handshake");
        }
    }

    /** Tells that a client spoke TLS where this server speaks none. */
    void speaksTls(String peer) {
        warn(peer, "it speaks TLS, and this server does not: turn its tls off, or set tls.enabled here");
    }

    private void warn(String peer, String wrong) {
        if (isNews(peer.substring(0, Math.max(0, peer.lastIndexOf(':'))) + " " + wrong)) {
            LOG.atWarn().addKeyValue("peer", peer).log("the TLS handshake with a client failed: {}", wrong);
        }
    }

    private synchronized boolean isNews(String what) {
        long now = nanoTime.getAsLong();
        Long before = told.get(what);
        if (before != null && now - before < APART_NANOS) {
            return false;
        }
        told.remove(what); // so that it becomes the newest
        told.put(what, now);
        if (told.size() > REMEMBERED_MOST) {
            told.remove(told.keySet().iterator().next());
        }
        return true;
    }

    /** Returns what is wrong; empty for an ordinary end of the connection. */
    static Optional<String> explain(Throwable thrown) {
        String words = causes(thrown)
                .map(one -> String.valueOf(one.getMessage()))
                .reduce("", (all, one) -> all + "\n" + one)
                .toUpperCase(Locale.ROOT)
                .replace('_', ' ');
        if (words.contains("CLOSED WHILE SSL/TLS HANDSHAKE WAS IN PROGRESS")) {
            return Optional.empty();
        }
        if (words.contains("NOT AN SSL/TLS RECORD")) {
            return Optional.of("it speaks no TLS: set tls.enabled of its channel, or turn tls off here");
        }
        if (words.contains("EMPTY CLIENT CERTIFICATE CHAIN") || words.contains("PEER DID NOT RETURN A CERTIFICATE")) {
            return Optional.of("it shows no certificate, which tls.trusted-certificates here asks for: set"
                    + " tls.certificate and tls.private-key of its channel");
        }
        if (REFUSES_OURS.matcher(words).find()) {
            return Optional.of("it does not accept this server's certificate: check tls.trusted-certificates of its"
                    + " channel, and the names and dates in the certificate");
        }
        Optional<Throwable> refused = causes(thrown)
                .filter(one -> one instanceof CertificateException || one instanceof CertPathValidatorException)
                .reduce((before, one) -> one);
        if (refused.isPresent() || words.contains("CERTIFICATE VERIFY FAILED")) {
            String why = refused.map(one -> " (" + one.getMessage() + ")").orElse("");
            return Optional.of("its certificate is not accepted" + why
                    + ": check tls.trusted-certificates here, and the dates in its certificate");
        }
        return causes(thrown)
                .filter(SSLException.class::isInstance)
                .reduce((before, one) -> one)
                .map(one -> lastWords(one) + ": check the tls settings of both sides");
    }

    private static String lastWords(Throwable one) {
        return one.getMessage() == null ? one.getClass().getSimpleName() : one.getMessage();
    }

    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, one -> one != null, Throwable::getCause).limit(CAUSES_MOST);
    }
}
