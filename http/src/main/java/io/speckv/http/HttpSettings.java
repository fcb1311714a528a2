package io.speckv.http;

import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.server.TlsSettings;
import io.speckv.kit.settings.ByteSize;
import java.time.Duration;

/**
 * The HTTP gateway. Meaning, unit and default of every key stand in {@link #DEFAULTS}.
 *
 * @param port -1 for no HTTP, 0 for any free port
 * @param maxRequests requests in progress at the same time, at least 1
 * @param bodyTimeout for a request's body to arrive
 * @param requestTimeout from the arrival of the body to the end of the answer
 * @param drain for answers to reach their clients before connections are cut
 */
public record HttpSettings(
        String address,
        int port,
        boolean allowPlaintext,
        TlsSettings tls,
        ByteSize maxBody,
        int maxRequests,
        Duration bodyTimeout,
        Duration requestTimeout,
        Duration drain) {

    /** Resource with the defaults, for {@code SettingsLoader.withDefaults}; it sets the component named "http". */
    public static final String DEFAULTS = "/io/speckv/http/defaults.yaml";

    public HttpSettings {
        if (port < -1 || port > 65535) {
            throw new IllegalArgumentException("port is " + port + ", must be -1 to 65535");
        }
        if (!tls.enabled() && !allowPlaintext && !ServerSettings.isLoopback(address)) {
            throw new IllegalArgumentException("plaintext on " + address
                    + " would be open to the network: enable tls, or set allow-plaintext to true");
        }
        if (tls.enabled() && (tls.certificate() == null || tls.privateKey() == null)) {
            throw new IllegalArgumentException("tls of a server needs certificate and private-key");
        }
        if (maxRequests < 1) {
            throw new IllegalArgumentException("max-requests is " + maxRequests + ", must be at least 1");
        }
        checkPositive("body-timeout", bodyTimeout);
        checkPositive("request-timeout", requestTimeout);
        maxBody.toIntExact();
    }

    private static void checkPositive(String key, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(key + " is " + value + ", must be at least 1ms");
        }
    }
}
