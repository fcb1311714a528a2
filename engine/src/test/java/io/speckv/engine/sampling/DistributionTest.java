package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.NonFiniteException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logits are the logarithms of 8, 4, 2, 1 and 1 sixteenths. */
class DistributionTest {
    private static final float[] LOGITS = logarithms(2, 8, 1, 4, 1);

    private static float[] logarithms(double... weights) {
        float[] logits = new float[weights.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(weights[i]);
        }
        return logits;
    }

    private static float[] probabilities(Shaping shaping) {
        return Distribution.of(LOGITS, shaping.settings()).probabilities(LOGITS.length);
    }

    private static void assertSixteenths(Shaping shaping, double... sixteenths) {
        float[] expected = new float[sixteenths.length];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (float) (sixteenths[i] / 16);
        }
        assertThat(probabilities(shaping)).containsExactly(expected, within(1e-6f));
    }

    @Test
    void withoutShapingItIsTheSoftmax() {
        assertSixteenths(Shaping.NONE, 2, 8, 1, 4, 1);
    }

    @Test
    void aTemperatureSharpensOrFlattensIt() {
        assertThat(probabilities(Shaping.NONE.temperature(0.5)))
                .containsExactly(new float[] {4 / 86f, 64 / 86f, 1 / 86f, 16 / 86f, 1 / 86f}, within(1e-6f));
        assertThat(probabilities(Shaping.NONE.temperature(1e6)))
                .containsExactly(new float[] {0.2f, 0.2f, 0.2f, 0.2f, 0.2f}, within(1e-5f));
    }

    @Test
    void topKLeavesSoMany() {
        assertSixteenths(Shaping.NONE.topK(1), 0, 16, 0, 0, 0);
        assertSixteenths(Shaping.NONE.topK(2), 0, 16 * 8 / 12.0, 0, 16 * 4 / 12.0, 0);
        assertSixteenths(Shaping.NONE.topK(5), 2, 8, 1, 4, 1);
        assertSixteenths(Shaping.NONE.topK(100), 2, 8, 1, 4, 1);
    }

    @Test
    void ofEquallyLikelyTokensTheLowerIdsStay() {
        assertThat(probabilities(Shaping.NONE.topK(4))[2]).isPositive();
        assertThat(probabilities(Shaping.NONE.topK(4))[4]).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1e-9, 1", "0.49, 1", "0.51, 2", "0.74, 2", "0.76, 3", "0.87, 3", "0.93, 4", "0.95, 5", "1, 5"})
    void topPLeavesTheFewestThatReachIt(double topP, int left) {
        float[] probabilities = probabilities(Shaping.NONE.topP(topP));
        int count = 0;
        for (float probability : probabilities) {
            count += probability > 0 ? 1 : 0;
        }
        assertThat(count).isEqualTo(left);
    }

    @Test
    void topPCountsOfWhatTopKLeft() {
        assertSixteenths(Shaping.NONE.topK(2).topP(0.6), 0, 16, 0, 0, 0);
    }

    @Test
    void minPLeavesThoseThatAreNotTooFarBehindTheFirst() {
        assertSixteenths(Shaping.NONE.minP(0.4), 0, 16 * 8 / 12.0, 0, 16 * 4 / 12.0, 0);
        assertSixteenths(Shaping.NONE.minP(1), 0, 16, 0, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.1249, 0",
        "0.126, 1",
        "0.624, 1",
        "0.626, 2",
        "0.688, 3",
        "0.936, 3",
        "0.939, 4",
        "0.999999999, 4"
    })
    void aPointFallsOnTheTokensLaidEndToEnd(double point, int token) {
        assertThat(Distribution.of(LOGITS, Shaping.NONE.settings()).tokenAt(point))
                .isEqualTo(token);
    }

    @Test
    void noPointFallsOnATokenThatCannotBe() {
        float[] logits = {Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY};
        Distribution certain = Distribution.of(logits, Shaping.NONE.settings());
        for (double point : new double[] {0, 0.5, Math.nextDown(1.0)}) {
            assertThat(certain.tokenAt(point)).isEqualTo(1);
        }
        assertThat(certain.probabilities(3)).containsExactly(0, 1, 0);
    }

    @Test
    void logitsThatAreNoNumbersAreRefused() {
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Distribution.of(new float[] {0, wrong}, Shaping.NONE.settings()))
                    .isInstanceOf(NonFiniteException.class);
        }
        float[] none = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
        assertThatThrownBy(() -> Distribution.of(none, Shaping.NONE.settings())).isInstanceOf(NonFiniteException.class);
    }

    /** In Hugging Face's order, with everything sorted. */
    private static double[] bySorting(float[] logits, int topK, double topP, double minP) {
        List<Integer> order = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparing((Integer token) -> -logits[token]))
                .limit(topK == 0 ? logits.length : topK)
                .toList();
        double total =
                order.stream().mapToDouble(token -> Math.exp(logits[token])).sum();
        double[] left = new double[logits.length];
        double before = 0;
        for (int token : order) {
            double share = Math.exp(logits[token]) / total;
            boolean likely = Math.exp(logits[token] - logits[order.get(0)]) >= minP;
            left[token] = before < topP && likely ? share : 0;
            before += share;
        }
        double sum = Arrays.stream(left).sum();
        return Arrays.stream(left).map(share -> share / sum).toArray();
    }

    @Test
    void itIsWhatSortingGives() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            float[] logits = new float[1 + random.nextInt(30)];
            for (int j = 0; j < logits.length; j++) {
                logits[j] = (float) (3 * random.nextGaussian());
            }
            int topK = random.nextInt(logits.length + 1);
            double topP = 0.05 + 0.95 * random.nextDouble();
            double minP = random.nextBoolean() ? 0 : random.nextDouble();
            double[] expected = bySorting(logits, topK, topP, minP);
            float[] found = Distribution.of(
                            logits,
                            Shaping.NONE.topK(topK).topP(topP).minP(minP).settings())
                    .probabilities(logits.length);
            for (int j = 0; j < found.length; j++) {
                assertThat((double) found[j])
                        .as("token %d of %s at %d, %s, %s", j, Arrays.toString(logits), topK, topP, minP)
                        .isCloseTo(expected[j], within(1e-5));
            }
        }
    }
}
