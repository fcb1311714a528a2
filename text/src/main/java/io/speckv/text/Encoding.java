package io.speckv.text;

/**
 * The tokens of a text and where each lies in it.
 *
 * <p>Starts and ends ascend but need not be gapless: characters that normalisation drops belong to no token, several
 * tokens that share one character all span it, and a token the text does not spell (begin-of-text) spans nothing.
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
}
