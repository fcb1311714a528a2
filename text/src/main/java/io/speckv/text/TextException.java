package io.speckv.text;

import org.jspecify.annotations.Nullable;

/** An operating failure on the way between text and tokens: a damaged model folder or a text that cannot be a prompt. */
public abstract sealed class TextException extends RuntimeException
        permits TokenizerException, ChatTemplateException, TooManyTokensException {

    protected TextException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns a short lower-case label of the kind of failure. Labels never change, so metrics may use them. */
    public abstract String code();
}
