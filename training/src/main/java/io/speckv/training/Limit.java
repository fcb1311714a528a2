package io.speckv.training;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * When a run stops with a checkpoint before the tokens of its settings are used up, so that it can be continued later.
 *
 * @param time time since this process began to train, not negative
 * @param tokens tokens trained on, including those of earlier processes
 * @param stopRequest whether someone asks the run to stop: it then ends after the step in hand and measures and exports nothing
 */
public record Limit(Duration time, long tokens, BooleanSupplier stopRequest) {
    /** Stops only when the tokens of the settings are used up. */
    public static final Limit NONE = new Limit(Duration.ofDays(365), Long.MAX_VALUE);

    /** A limit that nobody asks to come sooner. */
    public Limit(Duration time, long tokens) {
        this(time, tokens, () -> false);
    }

    public Limit {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time is " + time.toSeconds() + " s; it must not be negative");
        }
    }

    /** Returns whether someone asks the run to stop now. */
    boolean isAskedFor() {
        return stopRequest.getAsBoolean();
    }
}
