package io.speckv.kit.stream;

import java.time.Duration;

/**
 * The keys of a target's streams: what one holds for a slow reader before its answer pauses, and for how long it may read
 * nothing.
 *
 * @param outboxMessages at least 1
 * @param slowConsumerTimeout above 0
 */
public record StreamSettings(int outboxMessages, Duration slowConsumerTimeout) {
    public StreamSettings {
        var unused = new OutboxLimits(outboxMessages, slowConsumerTimeout);
    }

    /** Returns what a {@link StreamWriter} takes. */
    public OutboxLimits limits() {
        return new OutboxLimits(outboxMessages, slowConsumerTimeout);
    }
}
