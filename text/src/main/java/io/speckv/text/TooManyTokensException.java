package io.speckv.text;

/** A text of more tokens than the caller takes; it was not encoded to its end. */
public final class TooManyTokensException extends TextException {
    private final int limit;

    TooManyTokensException(int limit) {
        super("the text has more than " + limit + " tokens", null);
        this.limit = limit;
    }

    /** Returns the most tokens that were to be had. */
    public int limit() {
        return limit;
    }

    @Override
    public String code() {
        return "too_many_tokens";
    }
}
