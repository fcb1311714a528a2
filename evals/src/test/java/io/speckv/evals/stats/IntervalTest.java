package io.speckv.evals.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IntervalTest {
    @Test
    void givesWilsonsIntervalOfPublishedCases() {
        // 8 of 10: centre (0.8 + 0.19207) / 1.38415 = 0.71674, half 1.95996 / 1.38415 * sqrt(0.016 + 0.0096036) =
        // 0.22658
        assertThat(Interval.wilson(8, 10).low()).isCloseTo(0.4902, within(1e-4));
        assertThat(Interval.wilson(8, 10).high()).isCloseTo(0.9433, within(1e-4));
        // 0 of 10: upper end z^2 / (n + z^2) = 3.8415 / 13.8415
        assertThat(Interval.wilson(0, 10).low()).isZero();
        assertThat(Interval.wilson(0, 10).high()).isCloseTo(0.27753, within(1e-5));
    }

    @Test
    void takesWilsonForAnswersThatAreRightOrWrongAndBootstrapElse() {
        assertThat(Interval.ofScores(new double[] {1, 1, 0, 1})).isEqualTo(Interval.wilson(3, 4));
        double[] fractions = {0.25, 0.5, 0.75, 1, 0.5, 0.5};
        assertThat(Interval.ofScores(fractions)).isEqualTo(Interval.bootstrap(fractions));
    }

    @Test
    void bootstrapsAnIntervalOfTheWidthThatTheNormalApproximationGives() {
        double[] scores = new double[400];
        Arrays.setAll(scores, i -> (i % 5) / 4.0);
        // mean 0.5, deviation sqrt(0.125) = 0.35355, half width 1.96 * 0.35355 / 20 = 0.03465
        Interval interval = Interval.bootstrap(scores);
        assertThat(interval.low()).isCloseTo(0.5 - 0.03465, within(0.006));
        assertThat(interval.high()).isCloseTo(0.5 + 0.03465, within(0.006));
    }

    @Test
    void refusesWhatHasNoInterval() {
        assertThatThrownBy(() -> Interval.ofScores(new double[0])).hasMessageContaining("at least one score");
        assertThatThrownBy(() -> Interval.wilson(3, 2)).hasMessage("3 successes among 2 trials do not exist");
    }
}
