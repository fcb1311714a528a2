package io.speckv.text;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Turns tokens into text as they come: the pieces together are exactly the decoding of all tokens.
 *
 * <p>A character whose bytes are spread over several tokens comes whole with the last of them; with tokens that stand for
 * single bytes (ByteFallback) that is the token behind them, since a run of such tokens is text or not as a whole. Each
 * token costs the decoding of the few tokens since the last complete character, not of all. Thread-confined; one for each
 * sequence.
 */
public final class TokenStream {
    private static final char REPLACEMENT = '\uFFFD';

    /** The bytes of a character that lacks its last one: some decoders give one replacement for each, some one for all. */
    private static final int INCOMPLETE_CHARS_MAX = 3;

    private final Tokenizer tokenizer;
    private final SpecialTokens special;

    /** Tokens of one byte each that the decoder joins, and those left out between them; none where it joins none. */
    private final Set<Integer> bytes;

    /** Tokens from the last one whose text is out entirely; decoders may treat the first of a text differently. */
    private int[] window = new int[16];

    private int windowSize;

    /** Chars of the window's text that are out. */
    private int emitted;

    private boolean whole = true;

    /**
     * @param special whether special tokens are spelled out in the text
     */
    public TokenStream(Tokenizer tokenizer, SpecialTokens special) {
        this.tokenizer = tokenizer;
        this.special = special;
        this.bytes = joined(tokenizer, special);
    }

    private static Set<Integer> joined(Tokenizer tokenizer, SpecialTokens special) {
        Set<Integer> joined = new HashSet<>(tokenizer.byteTokens());
        if (!joined.isEmpty() && special == SpecialTokens.EXCLUDED) {
            joined.addAll(tokenizer.specialTokens().values());
        }
        return joined;
    }

    /** Returns the text that a further token completes; empty while a character is incomplete. */
    public String accept(int token) {
        if (windowSize == window.length) {
            window = Arrays.copyOf(window, 2 * windowSize);
        }
        window[windowSize++] = token;
        if (bytes.contains(token)) {
            // Whether the bytes of this run are characters shows at its end: one wrong byte spoils all of them.
            whole = false;
            return "";
        }
        String text = windowText();
        int complete = text.length() - incompleteChars(text);
        String delta = text.substring(emitted, Math.max(emitted, complete));
        emitted += delta.length();
        whole = complete == text.length();
        if (complete == text.length() && !delta.isEmpty()) {
            restartWindowAt(token);
        }
        return delta;
    }

    /** Returns whether the text of all tokens is out: no character is incomplete. */
    public boolean isWhole() {
        return whole;
    }

    /** Returns the text held back, in which an incomplete character is U+FFFD, and forgets all tokens. */
    public String finish() {
        String rest = windowText().substring(emitted);
        windowSize = 0;
        emitted = 0;
        whole = true;
        return rest;
    }

    /** Returns how many replacements end the text that may be an incomplete character; damaged bytes only come later. */
    private static int incompleteChars(String text) {
        int chars = 0;
        while (chars < INCOMPLETE_CHARS_MAX
                && chars < text.length()
                && text.charAt(text.length() - 1 - chars) == REPLACEMENT) {
            chars++;
        }
        return chars;
    }

    private void restartWindowAt(int token) {
        window[0] = token;
        windowSize = 1;
        emitted = windowText().length();
    }

    private String windowText() {
        return tokenizer.decode(Arrays.copyOf(window, windowSize), special);
    }
}
