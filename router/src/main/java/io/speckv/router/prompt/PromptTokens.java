package io.speckv.router.prompt;

import io.speckv.text.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * A prompt in the target's tokens.
 *
 * @param ids at least one
 * @param encoding the text they came from, or null if the request gave ids
 * @param chat what the text was made of, or null if it was no chat
 */
public record PromptTokens(
        int[] ids, @Nullable Encoding encoding, @Nullable ChatPrompt chat) {
    public int size() {
        return ids.length;
    }
}
