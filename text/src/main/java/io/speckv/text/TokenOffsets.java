package io.speckv.text;

import java.util.HashSet;
import java.util.Set;

/**
 * Where each token begins in a text that comes token by token, in Unicode code points; tokens that share a character begin
 * where it does. Thread-confined; one for each {@link TokenStream}.
 */
public final class TokenOffsets {
    private final Tokenizer tokenizer;
    private final Set<Integer> textless = new HashSet<>();
    private int given;
    private int begun;

    /**
     * @param special whether special tokens are spelled out in the text
     */
    public TokenOffsets(Tokenizer tokenizer, SpecialTokens special) {
        this.tokenizer = tokenizer;
        if (special == SpecialTokens.EXCLUDED) {
            textless.addAll(tokenizer.specialTokens().values());
        }
    }

    /** Returns where the next token begins. */
    public int next(int token) {
        byte[] bytes = textless.contains(token) ? new byte[0] : tokenizer.bytesOf(token);
        int at = bytes.length > 0 && goesOn(bytes[0]) ? Math.max(0, begun - 1) : begun;
        for (byte one : bytes) {
            begun += goesOn(one) ? 0 : 1;
        }
        return at;
    }

    /**
     * Takes what the stream gave for that token: what it says counts, not what the bytes alone would be.
     *
     * @param whole whether nothing is held back
     */
    public void given(String text, boolean whole) {
        given += text.codePointCount(0, text.length());
        if (whole) {
            begun = given;
        }
    }

    /** Returns whether a byte of UTF-8 goes on with a character. */
    private static boolean goesOn(byte one) {
        return (one & 0xC0) == 0x80;
    }
}
