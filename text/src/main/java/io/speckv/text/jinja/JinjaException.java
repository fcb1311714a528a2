package io.speckv.text.jinja;

import org.jspecify.annotations.Nullable;

/** A template that cannot be read, or that failed or refused to render. */
public final class JinjaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean placed;

    JinjaException(String message) {
        this(message, null, false);
    }

    JinjaException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private JinjaException(String message, @Nullable Throwable cause, boolean placed) {
        super(message, cause);
        this.placed = placed;
    }

    static JinjaException at(int line, String message) {
        return new JinjaException(message + " (line " + line + ")", null, true);
    }

    /** Returns what a template itself says to who wrote the chat; no line of the template would help there. */
    static JinjaException said(String message) {
        return new JinjaException(message, null, true);
    }

    /** Returns this error with the line of what failed, where it does not name one already. */
    JinjaException in(int line) {
        return placed ? this : new JinjaException(getMessage() + " (line " + line + ")", this, true);
    }
}
