package io.speckv.evals.stats;

import java.util.Arrays;

/**
 * A mean with its 95% confidence interval.
 *
 * @param low lower end, at most {@code high}
 */
public record Estimate(double mean, double low, double high) {
    public Estimate {
        if (!(low <= high && Double.isFinite(mean))) {
            throw new IllegalArgumentException(
                    "a mean must be finite and its interval ordered, was " + mean + " within " + low + " to " + high);
        }
    }

    /** Returns the mean of {@code values} with its percentile bootstrap interval. Equal values give equal results. */
    public static Estimate ofMean(double[] values) {
        double mean = Arrays.stream(values)
                .average()
                .orElseThrow(() -> new IllegalArgumentException("a mean needs at least one value"));
        double[] means = Resampling.means(values);
        return new Estimate(mean, Resampling.low(means), Resampling.high(means));
    }
}
