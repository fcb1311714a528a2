package io.speckv.training;

import java.time.Duration;

/**
 * When a run stops with a checkpoint, to go on later, before the tokens of its settings are used up.
 *
 * @param time time since this process began to train, not negative
 * @param tokens tokens trained on, those of earlier processes included
 */
public record Limit(Duration time, long tokens) {
    /** Stops only when the tokens of the settings are used up. */
    public static final Limit NONE = new Limit(Duration.ofDays(365), Long.MAX_VALUE);

    public Limit {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time is " + time + "; it must not be negative");
        }
    }
}
