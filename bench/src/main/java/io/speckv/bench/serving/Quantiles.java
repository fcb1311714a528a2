package io.speckv.bench.serving;

import java.util.Arrays;

/** The median and the 99th percentile of some times, in seconds. */
public record Quantiles(double median, double tail) {
    private static final double TAIL = 0.99;

    /** Returns the quantiles of {@code seconds}; not a number if there are none. */
    public static Quantiles of(double[] seconds) {
        if (seconds.length == 0) {
            return new Quantiles(Double.NaN, Double.NaN);
        }
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        return new Quantiles(sorted[sorted.length / 2], sorted[(int) (sorted.length * TAIL)]);
    }
}
