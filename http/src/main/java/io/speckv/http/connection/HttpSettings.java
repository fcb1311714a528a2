package io.speckv.http.connection;

import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.server.TlsSettings;
import io.speckv.kit.settings.ByteSize;
import io.speckv.kit.settings.DurationText;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the HTTP gateway. The meaning, unit and default of every key are in {@link #DEFAULTS}.
 *
 * @param port -1 for no HTTP, 0 for any free port
 * @param maxRequests requests in progress at the same time, at least 1; a request counts once its body has arrived
 * @param bodyTimeout for a request's body to arrive
 * @param requestTimeout from the arrival of the body to the end of the answer
 * @param streamBegins time after which a stream's headers are sent even if there is no event yet
 * @param keepAlive longest silence of a stream; a comment breaks it
 * @param hostNames further names that a server without tokens answers to on loopback
 * @param corsOrigins origins of web pages that may use the API, or "*" for all
 * @param drain time for answers to reach their clients before connections are cut
 */
public record HttpSettings(
        String address,
        int port,
        boolean allowPlaintext,
        TlsSettings tls,
        ByteSize maxBody,
        int maxRequests,
        Duration bodyTimeout,
        Arriving arriving,
        Duration requestTimeout,
        Duration streamBegins,
        Duration keepAlive,
        List<String> hostNames,
        List<String> corsOrigins,
        Duration drain) {

    /** Resource with the defaults, for {@code SettingsLoader.withDefaults}; it sets the component named "http". */
    public static final String DEFAULTS = "/io/speckv/http/connection/defaults.yaml";

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
        checkPositive("stream-begins", streamBegins);
        checkPositive("keep-alive", keepAlive);
        maxBody.toIntExact();
        if (arriving.memory().bytes() < maxBody.bytes()) {
            throw new IllegalArgumentException(
                    "arriving.memory is " + arriving.memory().bytes()
                            + " bytes, must hold at least one body: max-body is " + maxBody.bytes());
        }
        hostNames = List.copyOf(hostNames);
        corsOrigins = List.copyOf(corsOrigins);
        corsOrigins.forEach(HttpSettings::checkOrigin);
    }

    /**
     * Limits of bodies that have not arrived completely.
     *
     * @param bodies most at the same time, of all clients together
     * @param perClient most at the same time, of one address
     * @param memory most bytes that they take together
     * @param idle longest time between two pieces of a body
     */
    public record Arriving(int bodies, int perClient, ByteSize memory, Duration idle) {
        public Arriving {
            if (bodies < 1 || perClient < 1) {
                throw new IllegalArgumentException(
                        "arriving.bodies is " + bodies + " and per-client " + perClient + ", both must be at least 1");
            }
            checkPositive("arriving.idle", idle);
        }
    }

    /** Checks that an origin has the form in which browsers send it: scheme, host and port alone. */
    private static void checkOrigin(String origin) {
        boolean valid = origin.equals("*");
        if (!valid) {
            try {
                URI uri = URI.create(origin);
                valid = uri.getHost() != null && origin.equals(uri.getScheme() + "://" + uri.getAuthority());
            } catch (IllegalArgumentException e) {
                valid = false;
            }
        }
        if (!valid) {
            throw new IllegalArgumentException(
                    "cors-origins has '" + origin + "', must be like https://app.example.com or *");
        }
    }

    private static void checkPositive(String key, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(key + " is " + DurationText.of(value) + ", must be at least 1ms");
        }
    }
}
