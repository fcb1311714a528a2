package io.speckv.text;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * A limit at which encoding stops early. Refusing a longer text costs little more than encoding up to the limit.
 *
 * @param tokens most tokens of the encoding, special ones included; at least 1
 * @param cancelled polled between pieces of a few thousand characters
 */
public record EncodingLimit(int tokens, BooleanSupplier cancelled) {
    /** No limit. */
    public static final EncodingLimit NONE = new EncodingLimit(Integer.MAX_VALUE, () -> false);

    public EncodingLimit {
        if (tokens < 1) {
            throw new IllegalArgumentException("an encoding is limited to " + tokens + " tokens, must be at least 1");
        }
    }

    /** Returns a limit that cannot be cancelled. */
    public static EncodingLimit of(int tokens) {
        return new EncodingLimit(tokens, () -> false);
    }

    /**
     * Returns normally if encoding should go on.
     *
     * @param found number of tokens so far
     * @throws TooManyTokensException if there are too many
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
