package io.speckv.cli.options;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The user's input cannot be used. The message says why, and what would be right. */
public final class WrongInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WrongInputException(String message) {
        super(message);
    }

    public WrongInputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns the exception for an option's converter, with a sentence that continues the option's name.
     *
     * @param value as the user wrote it, in quotes if it is not a number
     * @param rule what would be right, such as "it must be at least 1"
     */
    static WrongInputException ofValue(String value, String rule, @Nullable Throwable cause) {
        return new WrongInputException("is " + value + "; " + rule, cause);
    }

    /** Returns the result of {@code read}; a refusal becomes wrong input with the same message. */
    public static <T> T ifRefused(Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new WrongInputException(String.valueOf(e.getMessage()), e);
        }
    }
}
