package io.speckv.evals.stats;

import java.util.Arrays;

/**
 * A 95% confidence interval of a mean score.
 *
 * @param low lower end, 0 to 1
 * @param high upper end, {@code low} to 1
 */
public record Interval(double low, double high) {
    private static final double Z = 1.959963984540054;

    public Interval {
        if (!(low >= 0 && low <= high && high <= 1)) {
            throw new IllegalArgumentException(
                    "an interval must be ordered and within 0 to 1, was " + low + " to " + high);
        }
    }

    /**
     * Returns the interval of the mean of {@code scores}: Wilson's if all are 0 or 1, else by bootstrap.
     *
     * @param scores 0 to 1 each, at least one
     */
    public static Interval ofScores(double[] scores) {
        if (scores.length == 0) {
            throw new IllegalArgumentException("an interval needs at least one score");
        }
        boolean binary = Arrays.stream(scores).allMatch(score -> score == 0 || score == 1);
        return binary ? wilson((int) Arrays.stream(scores).sum(), scores.length) : bootstrap(scores);
    }

    /** Returns Wilson's score interval of {@code successes} among {@code trials}, sound at 0 and 1 too. */
    public static Interval wilson(int successes, int trials) {
        if (trials < 1 || successes < 0 || successes > trials) {
            throw new IllegalArgumentException(successes + " successes among " + trials + " trials do not exist");
        }
        double share = (double) successes / trials;
        double scale = 1 + Z * Z / trials;
        double centre = (share + Z * Z / (2.0 * trials)) / scale;
        double half = Z / scale * Math.sqrt(share * (1 - share) / trials + Z * Z / (4.0 * trials * trials));
        // The ends of 0 and 1 are those shares themselves, which rounding may miss.
        return new Interval(Math.max(0, Math.min(share, centre - half)), Math.min(1, Math.max(share, centre + half)));
    }

    /** Returns the percentile interval of the means of 1000 resamples. Equal scores give equal results. */
    public static Interval bootstrap(double[] scores) {
        double[] means = Resampling.means(scores);
        double low = Math.min(1, Resampling.low(means));
        return new Interval(low, Math.min(1, Resampling.high(means)));
    }
}
