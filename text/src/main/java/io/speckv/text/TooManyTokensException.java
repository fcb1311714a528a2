package io.speckv.text;

/** A text has more tokens than its caller takes. It was not encoded to its end. */
public final class TooManyTokensException extends TextException {
    private final int limit;

    TooManyTokensException(int limit) {
        super("the text has more than " + limit + " tokens", null);
        this.limit = limit;
    }

    /** Returns the limit. */
    public int limit() {
        return limit;
    }

    @Override
    public String code() {
        return "too_many_tokens";
    }
}
