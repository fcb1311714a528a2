package io.speckv.text;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Turns tokens into text as they come. All pieces together are exactly the decoding of all tokens.
 *
 * <p>A character whose bytes are spread over several tokens comes whole with the last of them. With tokens of single bytes
 * (ByteFallback) it comes with the token after them, because only a complete run of such tokens shows whether its bytes are
 * text. Each token costs the decoding of the few tokens since the last complete character, not of all. Thread-confined; one
 * instance for each sequence.
 */
public final class TokenStream {
    private static final char REPLACEMENT = '\uFFFD';

    /** Most replacement characters for an incomplete character: some decoders write one per byte, some one for all. */
    private static final int INCOMPLETE_CHARS_MAX = 3;

    private final Tokenizer tokenizer;
    private final SpecialTokens special;

    /**
     * Tokens of one byte each that the decoder joins, and textless tokens that may stand between them; empty if it joins none.
     */
    private final Set<Integer> bytes;

    /** Tokens from the last one with complete text on, since decoders may treat the first token of a text differently. */
    private int[] window = new int[16];

    private int windowSize;

    /** Chars of the window's text that were already returned. */
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
            // One wrong byte spoils all bytes of this run, so whether they are characters shows only at its end.
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

    /** Returns whether the text of all tokens was returned, so that no character is incomplete. */
    public boolean isWhole() {
        return whole;
    }

    /** Returns the held-back text, in which an incomplete character is U+FFFD, and forgets all tokens. */
    public String finish() {
        String rest = windowText().substring(emitted);
        windowSize = 0;
        emitted = 0;
        whole = true;
        return rest;
    }

    /** Returns how many replacement characters at the end may become a character. More of them are damaged bytes. */
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
