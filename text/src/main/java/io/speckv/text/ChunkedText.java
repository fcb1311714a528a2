package io.speckv.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text cut for a classifier that reads few tokens at once (LLMLingua-2, {@code chunk_context}): a chunk takes as many tokens
 * as it may, and then ends at the last full stop or line break among them, if there is one.
 *
 * @param ends index after each chunk's last token, ascending; the last is the number of tokens
 */
@SuppressWarnings("ArrayRecordComponent") // Made once per text and never compared.
public record ChunkedText(WordTokens words, int[] ends) {

    /**
     * Returns the cut text; an empty text has no chunks.
     *
     * @param most tokens of a chunk, at least 1
     */
    public static ChunkedText cut(WordTokens words, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a chunk takes " + most + " tokens, must take at least 1");
        }
        int size = words.tokens().size();
        List<Integer> ends = new ArrayList<>();
        for (int start = 0; start < size; start = ends.get(ends.size() - 1)) {
            ends.add(size - start <= most ? size : lastStop(words.tokens(), start, start + most));
        }
        return new ChunkedText(words, ends.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Returns the index after the last stop in [start + 1, end), or {@code end}: no chunk consists of a stop alone. */
    private static int lastStop(Encoding tokens, int start, int end) {
        for (int i = end - 1; i > start; i--) {
            String text = tokens.text().substring(tokens.starts()[i], tokens.ends()[i]);
            if (text.equals(".") || text.equals("\n")) {
                return i + 1;
            }
        }
        return end;
    }

    /** Returns the number of chunks. */
    public int chunks() {
        return ends.length;
    }

    /** Returns a chunk's tokens. */
    public int[] ids(int chunk) {
        return Arrays.copyOfRange(words.tokens().ids(), start(chunk), ends[chunk]);
    }

    /**
     * Gives each token of a chunk the mean of its word, over those tokens of the word that are in the chunk.
     *
     * @param probabilities of the chunk's tokens
     * @param means of all tokens {@code [tokens]}
     */
    public void wordMeans(int chunk, float[] probabilities, float[] means) {
        int start = start(chunk);
        int first = 0;
        while (first < probabilities.length) {
            int next = first + 1;
            double sum = probabilities[first];
            while (next < probabilities.length && !words.begins()[start + next]) {
                sum += probabilities[next++];
            }
            Arrays.fill(means, start + first, start + next, (float) (sum / (next - first)));
            first = next;
        }
    }

    private int start(int chunk) {
        return chunk == 0 ? 0 : ends[chunk - 1];
    }
}
