package io.speckv.evals.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

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
