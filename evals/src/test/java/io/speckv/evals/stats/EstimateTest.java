package io.speckv.evals.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {
    @Test
    void theIntervalOfAMeanIsAsWideAsItsErrorMakesIt() {
        Random random = new Random(1);
        double[] values = DoubleStream.generate(() -> random.nextGaussian() - 2)
                .limit(400)
                .toArray();
        Estimate estimate = Estimate.ofMean(values);

        assertThat(estimate.mean()).isCloseTo(-2, within(0.15));
        // 2 * 1.96 / sqrt(400)
        assertThat(estimate.high() - estimate.low()).isCloseTo(0.196, within(0.03));
        assertThat(Estimate.ofMean(values)).isEqualTo(estimate);
    }

    /**
     * Returns in what share of draws the interval holds the true mean.
     *
     * @param losing share of prompts that lose anything: exponentially distributed losses, so that the mean of all is 1
     */
    private static double coverage(int prompts, double losing) {
        Random random = new Random(7);
        int draws = 500;
        int held = 0;
        for (int i = 0; i < draws; i++) {
            Estimate estimate = Estimate.ofMean(DoubleStream.generate(
                            () -> random.nextDouble() < losing ? -Math.log(1 - random.nextDouble()) / losing : 0)
                    .limit(prompts)
                    .toArray());
            held += estimate.low() <= 1 && 1 <= estimate.high() ? 1 : 0;
        }
        return (double) held / draws;
    }

    @ParameterizedTest
    @CsvSource({"5,1,0.80", "20,1,0.91", "100,1,0.94", "5,0.2,0.54", "20,0.2,0.79", "100,0.2,0.91"})
    void theIntervalOfFewSkewedValuesHoldsTheMeanLessOftenThanItSays(int prompts, double losing, double coverage) {
        assertThat(coverage(prompts, losing)).isCloseTo(coverage, within(0.05));
    }

    @Test
    void needsValuesAndNumbers() {
        assertThatThrownBy(() -> Estimate.ofMean(new double[0])).hasMessageContaining("at least one value");
        assertThatThrownBy(() -> Estimate.ofMean(new double[] {Double.NaN})).hasMessageContaining("must be finite");
    }

    @Test
    void theMedianOfAnEvenCountIsTheMeanOfTheMiddleTwo() {
        assertThat(Median.of(new double[] {9, 1, 5})).isEqualTo(5);
        assertThat(Median.of(new double[] {4, 1, 9, 2})).isEqualTo(3);
    }
}
