package io.speckv.evals.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.evals.words.Draw;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CorrelationTest {
    private static final double[] ONE_TO_FIVE = {1, 2, 3, 4, 5};
    private static final double[] MIXED = {2, 1, 4, 3, 5};

    @Test
    void matchesValuesWorkedOutByHand() {
        // Differences of ranks 1, 1, 1, 1, 0: 1 - 6 * 4 / 120 = 0.8; two of ten pairs are disordered: 6 / 10
        assertThat(Correlation.pearson(ONE_TO_FIVE, MIXED)).isCloseTo(0.8, within(1e-12));
        assertThat(Correlation.spearman(ONE_TO_FIVE, new double[] {20, 10, 400, 30, 5000}))
                .isCloseTo(0.8, within(1e-12));
        assertThat(Correlation.kendall(ONE_TO_FIVE, MIXED)).isCloseTo(0.6, within(1e-12));
    }

    @Test
    void sharesRanksAmongTies() {
        // ranks 0.5 0.5 2 and 0 1 2: covariance 1.5, deviations sqrt(1.5) and sqrt(2)
        assertThat(Correlation.spearman(new double[] {1, 1, 2}, new double[] {1, 2, 3}))
                .isCloseTo(1.5 / Math.sqrt(3), within(1e-12));
        // 2 ordered pairs, none disordered, one tied on the left: 2 / sqrt(2 * 3)
        assertThat(Correlation.kendall(new double[] {1, 1, 2}, new double[] {1, 2, 3}))
                .isCloseTo(2 / Math.sqrt(6), within(1e-12));
    }

    @Test
    void countsPairsAsAPlainLoopDoes() {
        Draw draw = new Draw(3);
        double[] left = new double[200];
        double[] right = new double[200];
        Arrays.setAll(left, i -> draw.below(40));
        Arrays.setAll(right, i -> left[i] + draw.below(30));
        double ordered = 0;
        double untiedLeft = 0;
        double untiedRight = 0;
        for (int i = 0; i < 200; i++) {
            for (int j = 0; j < i; j++) {
                double a = Math.signum(left[i] - left[j]);
                double b = Math.signum(right[i] - right[j]);
                ordered += a * b;
                untiedLeft += Math.abs(a);
                untiedRight += Math.abs(b);
            }
        }
        assertThat(Correlation.kendall(left, right))
                .isCloseTo(ordered / Math.sqrt(untiedLeft * untiedRight), within(1e-12));
    }

    @Test
    void isNotANumberForAConstantRow() {
        assertThat(Correlation.pearson(new double[] {1, 1}, new double[] {1, 2}))
                .isNaN();
        assertThatThrownBy(() -> Correlation.kendall(new double[3], new double[2]))
                .hasMessageContaining("3 and 2");
    }
}
