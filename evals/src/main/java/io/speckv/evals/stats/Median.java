package io.speckv.evals.stats;

import java.util.Arrays;

/** The median of numbers. */
public final class Median {
    private Median() {}

    /** Returns the median of at least one value; for an even count, the mean of the two in the middle. */
    public static double of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a median needs at least one value");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
