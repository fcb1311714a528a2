package io.speckv.text;

import org.jspecify.annotations.Nullable;

/** A chat template that is absent, cannot be parsed, or refused or failed to render a conversation. */
public final class ChatTemplateException extends TextException {

    /** @param message what is refused, and why */
    public ChatTemplateException(String message) {
        super(message, null);
    }

    public ChatTemplateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String code() {
        return "chat_template";
    }
}
