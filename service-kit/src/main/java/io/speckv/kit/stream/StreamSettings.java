package io.speckv.kit.stream;

import java.time.Duration;

/**
 * The keys of a target's streams: how many messages a stream holds for a slow reader before its answer pauses, and how long
 * the reader may read nothing.
 *
 * @param outboxMessages at least 1
 * @param slowConsumerTimeout above 0
 */
public record StreamSettings(int outboxMessages, Duration slowConsumerTimeout) {
    public StreamSettings {
        var unused = new OutboxLimits(outboxMessages, slowConsumerTimeout);
    }

    /** Returns the limits for a {@link StreamWriter}. */
    public OutboxLimits limits() {
        return new OutboxLimits(outboxMessages, slowConsumerTimeout);
    }
}
