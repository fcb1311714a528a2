package io.speckv.router.prompt;

import io.speckv.proto.v1.Prompt;
import io.speckv.router.renderer.OpenChat;
import org.jspecify.annotations.Nullable;

/**
 * A prompt that is being read. A chat keeps its place at an engine's renderer until reading is complete, so an admitted chat is
 * not refused half way. Thread-confined.
 */
public final class OpenPrompt implements AutoCloseable {
    private final Prompt message;
    private final LargeTexts.Turn turn;
    private final @Nullable OpenChat chat;
    private final boolean heldToSchemas;

    /**
     * @param chat null if the prompt is not a chat, or if the model takes no chats
     * @param heldToSchemas whether the target can hold answers to a schema
     */
    OpenPrompt(Prompt message, LargeTexts.Turn turn, @Nullable OpenChat chat, boolean heldToSchemas) {
        this.message = message;
        this.turn = turn;
        this.chat = chat;
        this.heldToSchemas = heldToSchemas;
    }

    boolean heldToSchemas() {
        return heldToSchemas;
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
