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

    /** Counts the tokens of a text; ids beyond the vocabulary are not its own and do not count. */
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

    /** Returns the number of occurrences of one token. */
    long of(int token) {
        return counts[token];
    }

    /** Returns the share of all occurrences, 0 to 1, that these tokens have. */
    double share(int[] tokens) {
        return Arrays.stream(tokens).mapToLong(this::of).sum() / (double) Math.max(1, total);
    }

    /**
     * Returns {@code keep} tokens: first those of {@code always}, then the most frequent. Of equally frequent ones the lower
     * ids come first, as vocabularies number the more common pieces first.
     */
    int[] mostFrequent(int keep, Set<Integer> always) {
        Comparator<Integer> order = Comparator.<Integer, Boolean>comparing(token -> !always.contains(token))
                .thenComparing(Comparator.<Integer>comparingLong(this::of).reversed());
        // The sort is stable, so equals stay in the order of their ids.
        return IntStream.range(0, counts.length)
                .boxed()
                .sorted(order)
                .limit(keep)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
