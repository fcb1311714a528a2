package io.speckv.training;

import java.time.Duration;

/**
 * When a run stops with a checkpoint before the tokens of its settings are used up, so that it can be continued later.
 *
 * @param time time since this process began to train, not negative
 * @param tokens tokens trained on, including those of earlier processes
 */
public record Limit(Duration time, long tokens) {
    /** Stops only when the tokens of the settings are used up. */
    public static final Limit NONE = new Limit(Duration.ofDays(365), Long.MAX_VALUE);

    public Limit {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time is " + time.toSeconds() + " s; it must not be negative");
        }
    }
}
