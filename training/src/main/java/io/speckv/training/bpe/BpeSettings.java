package io.speckv.training.bpe;

import java.util.HashSet;
import java.util.List;

/**
 * The properties of a vocabulary to learn.
 *
 * @param vocabularySize number of all entries: 256 bytes, merges and special tokens
 * @param pairCountMin occurrences below which a pair is not merged, at least 1
 * @param specialTokens tokens that no text is encoded to, with the last ids, in this order
 */
public record BpeSettings(int vocabularySize, int pairCountMin, List<String> specialTokens) {
    /** Ends a document or an answer; also the padding token. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Opens a chat turn. */
    public static final String TURN_START = "<|im_start|>";

    /** Closes a chat turn. */
    public static final String TURN_END = "<|im_end|>";

    public BpeSettings {
        specialTokens = List.copyOf(specialTokens);
        if (specialTokens.contains("") || new HashSet<>(specialTokens).size() < specialTokens.size()) {
            throw new IllegalArgumentException("specialTokens must be distinct and not empty, were " + specialTokens);
        }
        int least = BpeVocabulary.BYTES + specialTokens.size();
        if (vocabularySize < least) {
            throw new IllegalArgumentException("vocabularySize is " + vocabularySize + ", must be at least " + least
                    + " (256 bytes and " + specialTokens.size() + " special tokens)");
        }
        if (pairCountMin < 1) {
            throw new IllegalArgumentException("pairCountMin is " + pairCountMin + ", must be at least 1");
        }
    }

    /** Returns the settings of a chat model's vocabulary of {@code vocabularySize} entries. */
    public static BpeSettings chat(int vocabularySize) {
        return new BpeSettings(vocabularySize, 2, List.of(END_OF_TEXT, TURN_START, TURN_END));
    }
}
