package io.speckv.text.chat;

import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as the text of a prompt.
 *
 * @param text of the prompt, with control tokens spelled out
 * @param ids the tokens {@code [tokens]} that spell the text, if the layout knows them; null if our tokenizer must find them
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once per prompt and never compared; a copy would double it.
public record LaidOutChat(String text, int @Nullable [] ids) {
    /** A prompt whose tokens our tokenizer must find. */
    public LaidOutChat(String text) {
        this(text, null);
    }

    /** A prompt whose tokens are known. */
    public static LaidOutChat of(Tokenizer tokenizer, int[] ids) {
        return new LaidOutChat(tokenizer.decode(ids, SpecialTokens.INCLUDED), ids);
    }
}
