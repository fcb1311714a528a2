package io.speckv.text;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A chat template that is absent, cannot be parsed, or refused or failed to render a conversation. */
public final class ChatTemplateException extends TextException {
    private final transient @Nullable OfMessage ofMessage;

    /**
     * What is wrong with one message.
     *
     * @param place of the message in its conversation, from 0
     * @param rule what is wrong with it and why, such as "calls a tool, which ..."
     */
    public record OfMessage(int place, String rule) {}

    /** @param message what is refused, and why */
    public ChatTemplateException(String message) {
        this(message, null);
    }

    public ChatTemplateException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.ofMessage = null;
    }

    public ChatTemplateException(OfMessage wrong, @Nullable Throwable cause) {
        super("message " + wrong.place + " " + wrong.rule, cause);
        this.ofMessage = wrong;
    }

    /** Returns the refused message; empty if the whole conversation is refused or the message is unknown. */
    public Optional<OfMessage> ofMessage() {
        return Optional.ofNullable(ofMessage);
    }

    @Override
    public String code() {
        return "chat_template";
    }
}
