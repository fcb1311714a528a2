package io.speckv.kit.server;

import io.speckv.kit.settings.ByteSize;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A service's gRPC server. Meaning, unit and default of every key stand in {@link #DEFAULTS}.
 *
 * @param tokensFile file with accepted bearer tokens, or null if none are required
 * @param adminPort -1 for no admin server
 */
public record ServerSettings(
        String address,
        int port,
        boolean allowPlaintext,
        TlsSettings tls,
        @Nullable Path tokensFile,
        Connections connections,
        Drain drain,
        String adminAddress,
        int adminPort) {

    /** Resource with the defaults, for {@code SettingsLoader.withDefaults}; they set the component named "server". */
    public static final String DEFAULTS = "/io/speckv/kit/server/defaults.yaml";

    public ServerSettings {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port is " + port + ", must be 0 to 65535");
        }
        if (adminPort < -1 || adminPort > 65535) {
            throw new IllegalArgumentException("admin-port is " + adminPort + ", must be -1 to 65535");
        }
        if (!tls.enabled() && !allowPlaintext && !isLoopback(address)) {
            throw new IllegalArgumentException("plaintext on " + address
                    + " would be open to the network: enable tls, or set allow-plaintext to true");
        }
        if (tls.enabled() && (tls.certificate() == null || tls.privateKey() == null)) {
            throw new IllegalArgumentException("tls of a server needs certificate and private-key");
        }
    }

    /**
     * The limits on connections.
     *
     * @param maxMessage largest message received
     * @param maxConcurrentCalls per connection, at least 1
     * @param maxCallsPerClient at least 1, or null for no limit
     */
    public record Connections(
            ByteSize maxMessage,
            int maxConcurrentCalls,
            @Nullable Integer maxCallsPerClient,
            Duration keepAlive,
            Duration keepAliveTimeout,
            Duration permitKeepAlive,
            Duration maxAge,
            Duration maxAgeGrace) {
        public Connections {
            maxMessage.toIntExact();
            if (maxConcurrentCalls < 1) {
                throw new IllegalArgumentException(
                        "max-concurrent-calls is " + maxConcurrentCalls + ", must be at least 1");
            }
            if (maxCallsPerClient != null && maxCallsPerClient < 1) {
                throw new IllegalArgumentException(
                        "max-calls-per-client is " + maxCallsPerClient + ", must be at least 1, or null for no limit");
            }
        }
    }

    /**
     * How the server stops.
     *
     * @param notice time between "not serving" and the first refused call
     * @param calls time for running calls to end
     */
    public record Drain(Duration notice, Duration calls) {}

    /** Returns whether {@code address} is reachable only from this machine. */
    public static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address '" + address + "' is not known", e);
        }
    }
}
