package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;

/** Pearson's test of counts against the probabilities they should come from. */
public final class ChiSquare {
    private ChiSquare() {}

    /** Asserts that counts are within what chance allows but once in some ten thousand times. */
    public static void assertDrawnFrom(float[] probabilities, int[] counts) {
        double drawn = 0;
        for (int count : counts) {
            drawn += count;
        }
        double statistic = 0;
        int cells = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = probabilities[i] * drawn;
            if (expected == 0) {
                assertThat(counts[i]).as("impossible token %d", i).isZero();
            } else {
                statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
                cells++;
            }
        }
        // Wilson and Hilferty's approximation of the quantile at 3.7 standard deviations.
        double freedom = Math.max(1, cells - 1);
        double limit = freedom * Math.pow(1 - 2 / (9 * freedom) + 3.7 * Math.sqrt(2 / (9 * freedom)), 3);
        assertThat(statistic).isLessThan(limit);
    }
}
