package io.speckv.evals.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.NonFiniteException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceLossTest {
    private static final float NEVER = Float.NEGATIVE_INFINITY;

    private static float[] logits(String text) {
        String[] parts = text.split(" ", -1);
        float[] logits = new float[parts.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = parts[i].equals("-inf") ? NEVER : Float.parseFloat(parts[i]);
        }
        return logits;
    }

    /** Logits of 0 and ln 3 = 1.0986123 are probabilities of 1/4 and 3/4. */
    @ParameterizedTest(name = "token {0} of [{1}] over [{2}]: loses {3}, divergence {4}, equal {5}")
    @CsvSource({
        "1, 0 1.0986123, 0 1.0986123, 0, 0, true",
        "1, 0 1.0986123, 0 0, 0.405465108, 0.130812035, false",
        "0, 0 1.0986123, 0 0, -0.693147181, 0.130812035, true",
        "1, 0 1.0986123, 1.0986123 0, 1.098612289, 0.549306144, false",
        "0, 5 5 5, -7 -7 -7, 0, 0, true",
        "1, 5 5 5, -7 -7 -7, 0, 0, false",
        "0, 0 -inf, 0 -inf, 0, 0, true",
        "0, 0 -inf, 0 0, 0.693147181, 0.693147181, true",
        "0, 0 0, 0 -inf, -0.693147181, Infinity, true",
        "1, 0 0, 0 -inf, Infinity, Infinity, false",
        "0, 1e30 -1e30, -1e30 1e30, 2e30, 2e30, false",
        "0, 3e38, -3e38, 0, 0, true"
    })
    void whatATokenLosesAndTheDistributionDiffers(
            int token, String full, String compressed, double lost, double divergence, boolean equal) {
        PlaceLoss loss = PlaceLoss.of(token, logits(full), logits(compressed));

        assertThat(loss.lost()).isCloseTo(lost, within(Math.max(1e-6, lost * 1e-6)));
        assertThat(loss.divergence()).isCloseTo(divergence, within(Math.max(1e-6, divergence * 1e-6)));
        assertThat(loss.equal()).isEqualTo(equal);
    }

    @Test
    void theDivergenceIsTheMeanLossOfTokensDrawnFromTheFullDistributionAndNeverNegative() {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            int vocabulary = 1 + random.nextInt(40);
            float[] full = drawn(random, vocabulary);
            float[] compressed = random.nextBoolean() ? drawn(random, vocabulary) : full.clone();
            double sum = 0;
            for (float logit : full) {
                sum += Math.exp(logit);
            }
            double mean = 0;
            for (int token = 0; token < vocabulary; token++) {
                mean += Math.exp(full[token])
                        / sum
                        * PlaceLoss.of(token, full, compressed).lost();
            }
            double divergence = PlaceLoss.of(0, full, compressed).divergence();
            assertThat(divergence).isNotNegative().isCloseTo(Math.max(0, mean), within(1e-9));
        }
    }

    @Test
    void whatIsAddedToAllLogitsChangesNothing() {
        Random random = new Random(2);
        for (int i = 0; i < 100; i++) {
            float[] full = drawn(random, 20);
            float[] compressed = drawn(random, 20);
            float[] shifted = compressed.clone();
            for (int token = 0; token < 20; token++) {
                shifted[token] += 1024;
            }
            PlaceLoss expected = PlaceLoss.of(3, full, compressed);
            PlaceLoss found = PlaceLoss.of(3, full, shifted);
            assertThat(found.lost()).isCloseTo(expected.lost(), within(1e-3));
            assertThat(found.divergence()).isCloseTo(expected.divergence(), within(1e-3));
        }
    }

    @Test
    void aLogitThatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> PlaceLoss.of(0, new float[] {0, 0}, new float[] {0, Float.NaN}))
                .isInstanceOf(NonFiniteException.class);
    }

    private static float[] drawn(Random random, int vocabulary) {
        float[] logits = new float[vocabulary];
        for (int token = 0; token < vocabulary; token++) {
            logits[token] = (float) (4 * random.nextGaussian());
        }
        return logits;
    }
}
