package io.speckv.evals.stats;

import io.speckv.evals.words.Draw;
import java.util.Arrays;

/** Means of values drawn with replacement, and the percentiles of their 95% interval. */
final class Resampling {
    private static final int RESAMPLES = 1000;

    private Resampling() {}

    /** Returns the means of 1000 resamples, ascending. Equal values give equal results. */
    static double[] means(double[] values) {
        Draw draw = new Draw(values.length);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int j = 0; j < values.length; j++) {
                sum += values[draw.below(values.length)];
            }
            means[i] = sum / values.length;
        }
        Arrays.sort(means);
        return means;
    }

    static double low(double[] means) {
        return means[(int) (RESAMPLES * 0.025)];
    }

    static double high(double[] means) {
        return means[(int) (RESAMPLES * 0.975) - 1];
    }
}
