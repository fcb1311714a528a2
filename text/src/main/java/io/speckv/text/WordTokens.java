package io.speckv.text;

/**
 * The tokens of a text, and which of them begin a word.
 *
 * @param begins whether a token begins a word {@code [tokens]}
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once per text and never compared.
public record WordTokens(Encoding tokens, boolean[] begins) {
    public WordTokens {
        if (begins.length != tokens.size()) {
            throw new IllegalArgumentException(begins.length + " marks for " + tokens.size() + " tokens");
        }
    }
}
