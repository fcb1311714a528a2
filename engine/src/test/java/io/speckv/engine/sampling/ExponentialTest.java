package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ExponentialTest {
    private static final int MOST_UNITS = 2;

    @Test
    void isWithinTwoUnitsInTheLastPlaceEverywhere() {
        Random random = new Random(4);
        DoubleStream.concat(
                        DoubleStream.of(0, -0.0, -Double.MIN_VALUE, -1e-18, -Math.log(2), -Math.log(2) / 128, -50),
                        random.doubles(200_000, -50, 0))
                .forEach(x -> {
                    double right = StrictMath.exp(x);
                    assertThat(Math.abs(Exponential.of(x) - right))
                            .as("exp(%s) against %s", x, right)
                            .isLessThanOrEqualTo(MOST_UNITS * Math.ulp(right));
                });
    }

    @Test
    void isNothingWhereItWouldNotCount() {
        assertThat(Exponential.of(-50.1)).isZero();
        assertThat(Exponential.of(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(Exponential.of(Double.NaN)).isNaN();
    }

    @Test
    void givesAllLogitsTheirWeightBesideTheHighest() {
        float[] logits = {1, 3, Float.NEGATIVE_INFINITY, 2};
        assertThat(Exponential.of(logits, 3, 0.5)).containsExactly(Exponential.of(-4), 1, 0, Exponential.of(-2));
    }
}
