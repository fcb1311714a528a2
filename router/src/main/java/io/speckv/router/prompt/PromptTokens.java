package io.speckv.router.prompt;

import io.speckv.text.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * A prompt in the target's tokens.
 *
 * @param ids at least one
 * @param encoding of the text, or null if the request gave ids
 * @param chat that the text was made from, or null if the prompt is not a chat
 */
public record PromptTokens(
        int[] ids, @Nullable Encoding encoding, @Nullable ChatPrompt chat) {
    public int size() {
        return ids.length;
    }
}
