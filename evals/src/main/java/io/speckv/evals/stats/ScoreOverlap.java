package io.speckv.evals.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/** How much of what one scoring keeps is also kept by another, 0 to 1. */
public final class ScoreOverlap {
    private ScoreOverlap() {}

    /** Returns the positions of the {@code count} highest scores; ties go to the lower position. */
    public static int[] top(double[] scores, int count) {
        if (count < 1 || count > scores.length) {
            throw new IllegalArgumentException(
                    "count is " + count + ", must be 1 to the number of scores, " + scores.length);
        }
        return IntStream.range(0, scores.length)
                .boxed()
                // Adding 0 makes the two zeros equal.
                .sorted(Comparator.<Integer>comparingDouble(i -> scores[i] + 0.0)
                        .reversed()
                        .thenComparingInt(i -> i))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Returns the share of the oracle's top {@code count} positions that are in the top {@code count} by {@code scores}. */
    public static double topRecall(double[] scores, double[] oracle, int count) {
        checkLengths(scores.length, oracle.length);
        Set<Integer> kept = setOf(top(scores, count));
        long found = Arrays.stream(top(oracle, count)).filter(kept::contains).count();
        return (double) found / count;
    }

    /**
     * Returns the share of the oracle's importance that is on {@code kept}.
     *
     * @param kept positions, each once
     * @param oracle importance of every position, not negative and not all 0
     */
    public static double massRecall(int[] kept, double[] oracle) {
        double all = 0;
        for (double mass : oracle) {
            if (!(mass >= 0)) {
                throw new IllegalArgumentException("importance must not be negative, was " + mass);
            }
            all += mass;
        }
        if (all == 0) {
            throw new IllegalArgumentException("importance is 0 at every position");
        }
        double covered = 0;
        for (int position : setOf(kept)) {
            covered += oracle[position];
        }
        return covered / all;
    }

    private static Set<Integer> setOf(int[] positions) {
        Set<Integer> set = new HashSet<>();
        for (int position : positions) {
            set.add(position);
        }
        return set;
    }

    private static void checkLengths(int left, int right) {
        if (left != right) {
            throw new IllegalArgumentException("scores of " + left + " positions and an oracle of " + right
                    + " positions are not of the same prompt");
        }
    }
}
