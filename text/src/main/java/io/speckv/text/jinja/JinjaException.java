package io.speckv.text.jinja;

/** A template that cannot be read, or that failed or refused to render. */
public final class JinjaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JinjaException(String message) {
        super(message);
    }

    JinjaException(String message, Throwable cause) {
        super(message, cause);
    }

    static JinjaException at(int line, String message) {
        return new JinjaException(message + " (line " + line + ")");
    }
}
