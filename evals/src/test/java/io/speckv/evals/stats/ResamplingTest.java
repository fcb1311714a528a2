package io.speckv.evals.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;

class ResamplingTest {
    @Test
    void meansOfTwoValuesAreThoseOfDrawsWithReplacement() {
        double[] means = Resampling.means(new double[] {0, 1});

        // A quarter each of 1000 draws is both of one kind, half one of each; four deviations are 55 and 63.
        assertThat(count(means, 0)).isBetween(195, 305);
        assertThat(count(means, 0.5)).isBetween(437, 563);
        assertThat(count(means, 0) + count(means, 0.5) + count(means, 1)).isEqualTo(1000);
    }

    @Test
    void meansAreAscendingWithinTheValuesAndSpreadAsAMeanDoes() {
        Random random = new Random(1);
        for (int run = 0; run < 20; run++) {
            double[] values = random.doubles(30 + run, -5, 7).toArray();
            double[] means = Resampling.means(values);
            double mean = Arrays.stream(values).average().orElseThrow();
            double variance = Arrays.stream(values)
                    .map(v -> (v - mean) * (v - mean))
                    .average()
                    .orElseThrow();
            double error = Math.sqrt(variance / values.length);

            assertThat(means).isSorted().hasSize(1000);
            assertThat(means[0])
                    .isGreaterThanOrEqualTo(Arrays.stream(values).min().orElseThrow());
            assertThat(means[999])
                    .isLessThanOrEqualTo(Arrays.stream(values).max().orElseThrow());
            assertThat(Arrays.stream(means).average().orElseThrow()).isCloseTo(mean, within(error / 8));
            assertThat(Resampling.high(means) - Resampling.low(means)).isCloseTo(3.92 * error, within(0.6 * error));
        }
    }

    @Test
    void anIntervalLeavesAsManyMeansBelowAsAbove() {
        double[] means = new double[1000];
        Arrays.setAll(means, i -> i);

        assertThat(count(means, mean -> mean < Resampling.low(means))).isEqualTo(25);
        assertThat(count(means, mean -> mean > Resampling.high(means))).isEqualTo(25);
    }

    @Test
    void valuesMovedAndScaledGiveMeansMovedAndScaled() {
        double[] values = {1, 2, 4, 8, 16};
        double[] means = Resampling.means(values);
        double[] moved =
                Resampling.means(Arrays.stream(values).map(v -> 3 * v - 100).toArray());
        for (int i = 0; i < means.length; i++) {
            assertThat(moved[i]).isCloseTo(3 * means[i] - 100, within(1e-9));
        }
    }

    @Test
    void oneValueIsItsOwnInterval() {
        double[] means = Resampling.means(new double[] {-3});

        assertThat(Resampling.low(means)).isEqualTo(-3).isEqualTo(Resampling.high(means));
    }

    private static int count(double[] means, double value) {
        return count(means, mean -> Math.abs(mean - value) < 1e-12);
    }

    private static int count(double[] means, DoublePredicate matches) {
        return (int) Arrays.stream(means).filter(matches).count();
    }
}
