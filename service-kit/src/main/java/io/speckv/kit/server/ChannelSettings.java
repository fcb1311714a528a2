package io.speckv.kit.server;

import io.speckv.kit.settings.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way to a service, or to a pool of equal services.
 *
 * @param target as {@link ChannelTarget} reads it
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
        ChannelTarget named = ChannelTarget.parse(target);
        if (!tls.enabled() && !allowPlaintext && !named.isThisMachine()) {
            throw new IllegalArgumentException("plaintext to " + target
                    + " would be open to the network: enable tls, or set allow-plaintext to true");
        }
    }
}
