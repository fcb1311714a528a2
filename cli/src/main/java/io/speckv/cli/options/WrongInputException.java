package io.speckv.cli.options;

import java.util.function.Supplier;

/** What the user gave cannot be used; the message says why and what would be right. */
public final class WrongInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WrongInputException(String message) {
        super(message);
    }

    public WrongInputException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns normally if an option's number is 1 or more.
     *
     * @throws WrongInputException naming option and number
     */
    public static void requireAtLeastOne(String option, int number) {
        if (number < 1) {
            throw new WrongInputException(option + " is " + number + "; it must be at least 1");
        }
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
