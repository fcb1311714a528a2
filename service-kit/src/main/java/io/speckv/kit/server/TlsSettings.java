package io.speckv.kit.server;

import io.speckv.kit.settings.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a server or of a client.
 *
 * @param certificate PEM chain, own certificate first; null for a client without a certificate
 * @param privateKey PEM, PKCS#8, the key of that certificate
 * @param trustedCertificates PEM authorities. Server: clients must show a certificate of these; null requires none. Client:
 *     servers must show a certificate of these; null trusts the system's authorities
 * @param reloadEvery time between two checks of the files: at least 1 s
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
            throw new IllegalArgumentException(
                    "reload-every is " + DurationText.of(reloadEvery) + ", must be at least 1s");
        }
    }
}
