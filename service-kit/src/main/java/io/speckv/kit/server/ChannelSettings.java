package io.speckv.kit.server;

import io.speckv.kit.settings.ByteSize;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way to a service, or to a pool of equal services.
 *
 * @param target a gRPC name: {@code host:port}, {@code dns:///host:port} for every address of a name, or
 *     {@code list:///host:port,host:port} for several addresses
 * @param allowPlaintext whether a target off this machine may be reached without TLS
 * @param tokenFile file with the bearer token to send, or null
 * @param maxMessage largest message received; also the most that one call may buffer for a retry
 */
public record ChannelSettings(
        String target,
        boolean allowPlaintext,
        TlsSettings tls,
        @Nullable Path tokenFile,
        ByteSize maxMessage,
        Duration keepAlive,
        Duration keepAliveTimeout) {

    public ChannelSettings {
        maxMessage.toIntExact();
        if (!tls.enabled() && !allowPlaintext && !isLoopbackTarget(target)) {
            throw new IllegalArgumentException("plaintext to " + target
                    + " would be open to the network: enable tls, or set allow-plaintext to true");
        }
    }

    private static boolean isLoopbackTarget(String target) {
        String authorities = target.replaceFirst("^[a-z]+:///?", "");
        for (String authority : authorities.split(",", -1)) {
            String host = URI.create("grpc://" + authority).getHost();
            if (host == null || !(host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"))) {
                return false;
            }
        }
        return true;
    }
}
