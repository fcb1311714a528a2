package io.speckv.kit.stream;

import io.speckv.kit.settings.DurationText;
import java.time.Duration;

/**
 * How many messages a stream holds for a client that reads slowly, and for how long.
 *
 * @param messages most messages that wait, besides the 32 KiB that gRPC itself takes: at least 1
 * @param slowConsumerTimeout longest time without progress while messages wait: above 0
 * @param shared room for more messages, shared by all streams with these limits
 */
public record OutboxLimits(int messages, Duration slowConsumerTimeout, SharedRoom shared) {
    /** Limits of streams that hold nothing beyond their own messages. */
    public OutboxLimits(int messages, Duration slowConsumerTimeout) {
        this(messages, slowConsumerTimeout, new SharedRoom(0));
    }

    public OutboxLimits {
        if (messages < 1) {
            throw new IllegalArgumentException("messages is " + messages + ", must be at least 1");
        }
        if (slowConsumerTimeout.isNegative() || slowConsumerTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "slow-consumer-timeout is " + DurationText.of(slowConsumerTimeout) + ", must be above 0");
        }
    }
}
