package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What golden/families cannot show: the limits of each scaling. Their numbers stand in GoldenFamiliesTest. */
class RopeTest {
    private static final Rope PLAIN = Rope.plain(500_000);
    private static final Rope LLAMA_3_1 = new Rope(500_000, 1, new RopeScaling.Llama3(8, 1, 4, 8192));

    @Test
    void plainFrequenciesArePowersOfTheta() {
        float[] frequencies = PLAIN.inverseFrequencies(128, 1);
        assertThat(frequencies).hasSize(64);
        assertThat(frequencies[0]).isEqualTo(1);
        assertThat(frequencies[32]).isCloseTo((float) (1 / Math.sqrt(500_000)), within(1e-9f));
    }

    @Test
    void llama3ScalingKeepsHighFrequenciesAndDividesLowOnes() {
        float[] plain = PLAIN.inverseFrequencies(128, 1);
        float[] scaled = LLAMA_3_1.inverseFrequencies(128, 1);
        for (int i = 0; i < plain.length; i++) {
            double wavelength = 2 * Math.PI / plain[i];
            if (wavelength < 8192 / 4.0) {
                assertThat(scaled[i]).isEqualTo(plain[i]);
            } else if (wavelength > 8192) {
                assertThat(scaled[i]).isCloseTo(plain[i] / 8, within(plain[i] * 1e-6f));
            } else {
                assertThat(scaled[i]).isBetween(plain[i] / 8, plain[i]);
            }
        }
    }

    @Test
    void llama3ScalingBlendsLinearlyInBetween() {
        // A single frequency of 1 and wavelength 2 pi: 9 / (2 pi) turns, between the factors 1 and 1.7182818.
        double kept = (9 / (2 * Math.PI) - 1) / 0.7182818;
        Rope rope = new Rope(10_000, 1, new RopeScaling.Llama3(4, 1, 1.7182818, 9));
        assertThat(rope.inverseFrequencies(2, 1)[0]).isCloseTo((float) (kept + (1 - kept) / 4), within(1e-6f));
    }

    @Test
    void dynamicScalingChangesNothingWithinTheOriginalContext() {
        Rope dynamic = new Rope(500_000, 1, new RopeScaling.DynamicNtk(4, 2048));
        assertThat(dynamic.inverseFrequencies(128, 2048)).isEqualTo(PLAIN.inverseFrequencies(128, 1));
        assertThat(dynamic.inverseFrequencies(128, 2049)[63]).isLessThan(PLAIN.inverseFrequencies(128, 1)[63]);
        assertThat(dynamic.dependsOnLength()).isTrue();
        assertThat(PLAIN.dependsOnLength()).isFalse();
    }

    @Test
    void longRopeTakesItsSecondListBeyondTheOriginalContext() {
        Rope rope = new Rope(100, 1, new RopeScaling.LongRope(List.of(1.0, 1.0), List.of(2.0, 4.0), 10, 1.5));
        assertThat(rope.inverseFrequencies(4, 10)).containsExactly(1f, 0.1f);
        assertThat(rope.inverseFrequencies(4, 11)).containsExactly(0.5f, 0.025f);
        assertThat(rope.amplitudes(4)).containsExactly(1.5f, 1.5f);
    }

    @Test
    void channelsThatAreNotRotatedStayAsTheyAre() {
        Rope half = new Rope(100, 0.5, new RopeScaling.LongRope(List.of(1.0, 1.0), List.of(1.0, 1.0), 10, 1.5));
        assertThat(half.inverseFrequencies(8, 1)).containsExactly(1f, 0.1f, 0f, 0f);
        assertThat(half.amplitudes(8)).containsExactly(1.5f, 1.5f, 1f, 1f);
        assertThat(Rope.NONE.inverseFrequencies(8, 1)).containsOnly(0f);
        assertThat(Rope.NONE.isPartial(8)).isFalse();
    }

    /** Stored channels 0 and 2, 1 and 3 are pairs, and the rest is not rotated. */
    @Test
    void pairsOfAPartialRotationComeToStandHalfAHeadApart() {
        int[] order = new Rope(100, 0.5, RopeScaling.none()).channelOrder(8);
        assertThat(order).containsExactly(0, 1, 4, 5, 2, 3, 6, 7);
        assertThat(Arrays.stream(order).sorted())
                .containsExactlyElementsOf(IntStream.range(0, 8).boxed().toList());
    }

    @Test
    void refusesWhatNoModelCanMean() {
        assertThatThrownBy(() -> new Rope(100, 0.4, RopeScaling.none()).check(8))
                .hasMessageContaining("partial_rotary_factor 0.4 of 8 channels is 3");
        assertThatThrownBy(() -> new RopeScaling.Linear(0)).hasMessageContaining("factor");
        assertThatThrownBy(() -> new RopeScaling.Yarn(4, 0, 1, 32, 1, true)).hasMessageContaining("original");
        assertThatThrownBy(() -> new RopeScaling.Yarn(4, 32, 0, 32, 1, true)).hasMessageContaining("attention_factor");
        assertThatThrownBy(() -> new RopeScaling.Yarn(4, 32, 1, 1, 32, true)).hasMessageContaining("beta_slow");
        assertThatThrownBy(() -> new Rope(100, 1, new RopeScaling.DynamicNtk(2, 9)).check(2))
                .hasMessageContaining("at least 4 rotated channels");
    }
}
