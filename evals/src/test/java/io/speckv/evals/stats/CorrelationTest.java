package io.speckv.evals.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CorrelationTest {
    private static final double[] ONE_TO_FIVE = {1, 2, 3, 4, 5};
    private static final double[] MIXED = {2, 1, 4, 3, 5};

    @Test
    void matchesValuesWorkedOutByHand() {
        // Differences of ranks 1, 1, 1, 1, 0: 1 - 6 * 4 / 120 = 0.8
        assertThat(Correlation.pearson(ONE_TO_FIVE, MIXED)).isCloseTo(0.8, within(1e-12));
        assertThat(Correlation.spearman(ONE_TO_FIVE, new double[] {20, 10, 400, 30, 5000}))
                .isCloseTo(0.8, within(1e-12));
    }

    @Test
    void sharesRanksAmongTies() {
        // ranks 0.5 0.5 2 and 0 1 2: covariance 1.5, deviations sqrt(1.5) and sqrt(2)
        assertThat(Correlation.spearman(new double[] {1, 1, 2}, new double[] {1, 2, 3}))
                .isCloseTo(1.5 / Math.sqrt(3), within(1e-12));
    }

    @Test
    void isNotANumberForAConstantRow() {
        assertThat(Correlation.pearson(new double[] {1, 1}, new double[] {1, 2}))
                .isNaN();
        assertThatThrownBy(() -> Correlation.spearman(new double[3], new double[2]))
                .hasMessageContaining("3 and 2");
    }
}
