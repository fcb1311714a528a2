package io.speckv.text;

import org.jspecify.annotations.Nullable;

/** A tokenizer file that cannot be used, or a text or id that the tokenizer cannot take. */
public final class TokenizerException extends TextException {

    TokenizerException(String message) {
        super(message, null);
    }

    TokenizerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String code() {
        return "tokenizer";
    }
}
