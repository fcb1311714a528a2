package io.speckv.router.prompt;

import io.speckv.proto.v1.Prompt;
import io.speckv.router.renderer.OpenChat;
import org.jspecify.annotations.Nullable;

/**
 * A prompt that is being read. A chat holds its place at an engine's renderer until all is known of it, so that who was let in once
 * is not refused half way. Thread-confined.
 *
 * @param chat null where the prompt is none, or the model takes none
 */
public record OpenPrompt(Prompt message, @Nullable OpenChat chat) implements AutoCloseable {
    @Override
    public void close() {
        if (chat != null) {
            chat.close();
        }
    }
}
