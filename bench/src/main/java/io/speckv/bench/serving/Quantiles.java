package io.speckv.bench.serving;

import io.speckv.evals.stats.Median;
import java.util.Arrays;

/** The median and the 99th percentile of some times, in seconds. */
public record Quantiles(double median, double tail) {
    private static final long TAIL_PERCENT = 99;

    /** Returns the quantiles of {@code seconds}; not a number if there are none. */
    public static Quantiles of(double[] seconds) {
        if (seconds.length == 0) {
            return new Quantiles(Double.NaN, Double.NaN);
        }
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        // The nearest rank: the least time that 99 of 100 do not pass.
        int rank = (int) ((TAIL_PERCENT * sorted.length + 99) / 100);
        return new Quantiles(Median.of(sorted), sorted[rank - 1]);
    }
}
