package io.speckv.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantilesTest {
    /** Of the numbers 1 to n; the tail is by the nearest rank, as of latencies. */
    @ParameterizedTest(name = "of 1 to {0}: median {1}, tail {2}")
    @CsvSource({
        "1, 1, 1",
        "2, 1.5, 2",
        "3, 2, 3",
        "4, 2.5, 4",
        "99, 50, 99",
        "100, 50.5, 99",
        "101, 51, 100",
        "200, 100.5, 198",
        "1000, 500.5, 990"
    })
    void theMiddleAndTheTimeThatNinetyNineOfAHundredDoNotPass(int count, double median, double tail) {
        double[] seconds = new double[count];
        Arrays.setAll(seconds, i -> i + 1);

        assertThat(Quantiles.of(seconds)).isEqualTo(new Quantiles(median, tail));
    }

    @Test
    void theTailIsTheLeastTimeThatCoversNinetyNineOfAHundredWhateverTheirOrder() {
        Random random = new Random(1);
        for (int count = 1; count < 700; count++) {
            double[] seconds = random.ints(count, 0, 50).asDoubleStream().toArray();
            double[] asked = seconds.clone();
            Quantiles quantiles = Quantiles.of(seconds);

            assertThat(seconds).isEqualTo(asked);
            long covered =
                    Arrays.stream(seconds).filter(s -> s <= quantiles.tail()).count();
            long without =
                    Arrays.stream(seconds).filter(s -> s < quantiles.tail()).count();
            assertThat(100 * covered).isGreaterThanOrEqualTo(99L * count);
            assertThat(100 * without).isLessThan(99L * count);
            long below =
                    Arrays.stream(seconds).filter(s -> s < quantiles.median()).count();
            long above =
                    Arrays.stream(seconds).filter(s -> s > quantiles.median()).count();
            assertThat(2 * Math.max(below, above)).isLessThanOrEqualTo(count);
        }
    }

    @Test
    void thereIsNoneOfNothing() {
        assertThat(Quantiles.of(new double[0])).isEqualTo(new Quantiles(Double.NaN, Double.NaN));
    }
}
