package io.speckv.text;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Where encoding ends early: a text of more tokens is refused after little more work than the limit costs.
 *
 * @param tokens most tokens of the encoding, special ones included; at least 1
 * @param cancelled asked between pieces of a few thousand characters
 */
public record EncodingLimit(int tokens, BooleanSupplier cancelled) {
    /** As many tokens as the text has. */
    public static final EncodingLimit NONE = new EncodingLimit(Integer.MAX_VALUE, () -> false);

    public EncodingLimit {
        if (tokens < 1) {
            throw new IllegalArgumentException("an encoding is limited to " + tokens + " tokens, must be at least 1");
        }
    }

    /** Returns a limit that nobody cancels. */
    public static EncodingLimit of(int tokens) {
        return new EncodingLimit(tokens, () -> false);
    }

    /**
     * Returns normally if encoding should go on.
     *
     * @param found tokens there are at least
     * @throws TooManyTokensException if they are too many
     * @throws CancellationException if the caller gave up
     */
    public void check(long found) {
        if (found > tokens) {
            throw new TooManyTokensException(tokens);
        }
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("the text is no longer wanted");
        }
    }
}
