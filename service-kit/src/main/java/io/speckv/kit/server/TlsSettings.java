package io.speckv.kit.server;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a server or of a client.
 *
 * @param certificate PEM chain, own certificate first; null for a client that shows none
 * @param privateKey PEM, PKCS#8, of that certificate
 * @param trustedCertificates PEM authorities. Server: their client certificates are required; null asks for none.
 *     Client: servers must have theirs; null trusts the system's
 * @param reloadEvery how often the files are looked at: at least 1 s
 */
public record TlsSettings(
        boolean enabled,
        @Nullable Path certificate,
        @Nullable Path privateKey,
        @Nullable Path trustedCertificates,
        Duration reloadEvery) {

    public TlsSettings {
        if ((certificate == null) != (privateKey == null)) {
            throw new IllegalArgumentException("certificate and private-key must be set together");
        }
        if (reloadEvery.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("reload-every is " + reloadEvery + ", must be at least 1s");
        }
    }
}
