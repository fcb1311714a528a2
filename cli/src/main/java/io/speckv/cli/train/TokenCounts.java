package io.speckv.cli.train;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.IntStream;

/** How often each token of a vocabulary occurs in texts. */
final class TokenCounts {
    private final long[] counts;
    private long total;

    TokenCounts(int vocabSize) {
        counts = new long[vocabSize];
    }

    /** Counts the tokens of a text; ids beyond the vocabulary are ignored. */
    void add(int[] ids) {
        for (int id : ids) {
            if (id < counts.length) {
                counts[id]++;
                total++;
            }
        }
    }

    /** Returns the number of occurrences of all tokens. */
    long total() {
        return total;
    }

    /** Returns how often one token occurs. */
    long of(int token) {
        return counts[token];
    }

    /** Returns the share of these tokens in all occurrences, 0 to 1. */
    double share(int[] tokens) {
        return Arrays.stream(tokens).mapToLong(this::of).sum() / (double) Math.max(1, total);
    }

    /**
     * Returns {@code keep} tokens: first those of {@code always}, then the most frequent ones. Ties go to the lower id, since
     * vocabularies number common pieces first.
     */
    int[] mostFrequent(int keep, Set<Integer> always) {
        Comparator<Integer> order = Comparator.<Integer, Boolean>comparing(token -> !always.contains(token))
                .thenComparing(Comparator.<Integer>comparingLong(this::of).reversed());
        // The sort is stable, so ties stay in the order of ids.
        return IntStream.range(0, counts.length)
                .boxed()
                .sorted(order)
                .limit(keep)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
