package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateScheduleTest {
    private static final RateSchedule SCHEDULE = new RateSchedule(1000, 0.01, 4, 0.2, 0.1);

    /** Half way down the cosine the rate is the mean of the highest and the lowest. */
    @ParameterizedTest(name = "after {0} steps and {1} tokens: {2}")
    @CsvSource({
        "0, 0, 0.0025",
        "1, 0, 0.005",
        "3, 0, 0.01",
        "4, 0, 0.01",
        "9, 200, 0.01",
        "9, 400, 0.00868198",
        "9, 600, 0.0055",
        "9, 1000, 0.001",
        "9, 5000, 0.001",
        "0, 1000, 0.00025"
    })
    void theRateRisesWithStepsAndFallsWithTokens(int steps, long seen, double rate) {
        assertThat(SCHEDULE.optimizer(steps, seen).rate()).isCloseTo(rate, within(1e-8));
    }

    @Test
    void fallingNeverTurnsBackAndEndsAtTheFloor() {
        long tokens = Long.MAX_VALUE / 4;
        for (double decayFrom : new double[] {0, 0.5, 0.999999}) {
            RateSchedule schedule = new RateSchedule(tokens, 1, 0, decayFrom, 0.05);
            double last = 1;
            for (int part = 0; part <= 1000; part++) {
                double rate = schedule.optimizer(0, tokens / 1000 * part).rate();
                assertThat(rate).isBetween(0.05 - 1e-12, last + 1e-12);
                last = rate;
            }
            last = schedule.optimizer(0, tokens).rate();
            assertThat(last).isCloseTo(0.05, within(1e-9));
        }
    }
}
