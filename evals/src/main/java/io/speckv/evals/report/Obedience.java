package io.speckv.evals.report;

import io.speckv.evals.stats.Interval;

/**
 * How many answers have the requested form, whatever their content.
 *
 * @param share of the answers, 0 to 1
 * @param interval 95% confidence interval of the share
 */
public record Obedience(double share, Interval interval) {
    public Obedience {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", must be 0 to 1");
        }
    }
}
