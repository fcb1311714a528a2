package io.speckv.cli.ask;

import io.speckv.cli.options.WrongInputException;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.Prompt;

/** Makes prompts that are chats. */
final class Chats {
    static final String NEEDS_TEXT = "--chat takes a text, not token ids";

    private Chats() {}

    /** Returns a chat with one user message: the text of {@code prompt}. */
    static Prompt ofUser(Prompt prompt) {
        if (!prompt.hasText()) {
            throw new WrongInputException(NEEDS_TEXT);
        }
        return Prompt.newBuilder()
                .setChat(Chat.newBuilder().addMessages(message("user", prompt.getText())))
                .build();
    }

    static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }
}
