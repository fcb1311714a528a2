package io.speckv.text;

/**
 * The tokens of a text and the span of each in it.
 *
 * <p>Starts and ends ascend but need not be gapless: characters that normalisation drops belong to no token, several tokens
 * that share one character all span it, and a token the text does not spell (begin-of-text) spans nothing.
 *
 * @param text what was encoded
 * @param ids token ids `[tokens]`
 * @param starts index in {@code text} of each token's first char `[tokens]`
 * @param ends index after each token's last char `[tokens]`; equal to the start for tokens the text does not spell
 */
@SuppressWarnings(
        "ArrayRecordComponent") // Handed over once per prompt and never compared; a copy of each would double it.
public record Encoding(String text, int[] ids, int[] starts, int[] ends) {

    /** Returns the number of tokens. */
    public int size() {
        return ids.length;
    }

    /** Returns {@link #starts} in code points, the unit on the wire {@code [tokens]}. */
    public int[] codePointStarts() {
        return codePoints(starts);
    }

    /** Returns {@link #ends} in code points {@code [tokens]}. */
    public int[] codePointEnds() {
        return codePoints(ends);
    }

    /** Spans ascend, so one pass over the text counts all of them. */
    private int[] codePoints(int[] chars) {
        int[] counts = new int[chars.length];
        int at = 0;
        int count = 0;
        for (int i = 0; i < chars.length; i++) {
            count += chars[i] >= at ? text.codePointCount(at, chars[i]) : -text.codePointCount(chars[i], at);
            at = chars[i];
            counts[i] = count;
        }
        return counts;
    }
}
