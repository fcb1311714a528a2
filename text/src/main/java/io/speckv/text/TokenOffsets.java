package io.speckv.text;

import java.util.HashSet;
import java.util.Set;

/**
 * Finds where each token begins in a text that comes token by token, in Unicode code points. Tokens that share a character
 * begin where it begins. Thread-confined; one instance for each {@link TokenStream}.
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
     * Takes the text that the stream gave for this token. It corrects what the token's bytes alone suggest.
     *
     * @param whole whether the stream holds nothing back
     */
    public void given(String text, boolean whole) {
        given += text.codePointCount(0, text.length());
        if (whole) {
            begun = given;
        }
    }

    /** Takes a whole text whose tokens are not all known, and returns where it begins. */
    public int spelled(String text) {
        int at = given;
        given(text, true);
        return at;
    }

    /** Returns whether a byte of UTF-8 continues a character. */
    private static boolean goesOn(byte one) {
        return (one & 0xC0) == 0x80;
    }
}
