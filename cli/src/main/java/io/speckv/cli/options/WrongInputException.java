package io.speckv.cli.options;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the user gave cannot be used; the message says why and what would be right. */
public final class WrongInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WrongInputException(String message) {
        super(message);
    }

    public WrongInputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns what an option's converter throws, with a sentence that goes on behind the option's name.
     *
     * @param value as the user wrote it, in quotes where it is no number
     * @param rule what would be right, such as "it must be at least 1"
     */
    static WrongInputException ofValue(String value, String rule, @Nullable Throwable cause) {
        return new WrongInputException("is " + value + "; " + rule, cause);
    }

    /** Returns what {@code read} makes of the user's input; what it refuses is wrong input, in the words of the refusal. */
    public static <T> T ifRefused(Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new WrongInputException(String.valueOf(e.getMessage()), e);
        }
    }
}
