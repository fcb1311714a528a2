package io.speckv.router.prompt;

import io.speckv.proto.v1.Prompt;
import io.speckv.router.renderer.OpenChat;
import org.jspecify.annotations.Nullable;

/**
 * A prompt that is being read. A chat holds its place at an engine's renderer until all is known of it, so that who was let in once
 * is not refused half way. Thread-confined.
 */
public final class OpenPrompt implements AutoCloseable {
    private final Prompt message;
    private final LargeTexts.Turn turn;
    private final @Nullable OpenChat chat;

    /** @param chat null where the prompt is none, or the model takes none */
    OpenPrompt(Prompt message, LargeTexts.Turn turn, @Nullable OpenChat chat) {
        this.message = message;
        this.turn = turn;
        this.chat = chat;
    }

    Prompt message() {
        return message;
    }

    LargeTexts.Turn turn() {
        return turn;
    }

    @Nullable
    OpenChat chat() {
        return chat;
    }

    @Override
    public void close() {
        if (chat != null) {
            chat.close();
        }
    }
}
