package io.speckv.evals.bench.serving;

import java.util.Arrays;

/** The median and the 99th percentile of some times, in seconds. */
public record Quantiles(double median, double tail) {
    private static final double TAIL = 0.99;

    /** Returns those of {@code seconds}, of which there is at least one. */
    public static Quantiles of(double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        return new Quantiles(sorted[sorted.length / 2], sorted[(int) (sorted.length * TAIL)]);
    }
}
