package io.speckv.cli;

/** What the user gave cannot be used; the message says why and what would be right. */
final class WrongInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongInputException(String message) {
        super(message);
    }

    WrongInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
