package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RopeTest {
    private static final Rope PLAIN = new Rope(500_000, Optional.empty());
    private static final Rope LLAMA_3_1 = new Rope(500_000, Optional.of(new Rope.Llama3Scaling(8, 1, 4, 8192)));

    @Test
    void frequenciesFallGeometrically() {
        float[] frequencies = PLAIN.inverseFrequencies(128);
        assertThat(frequencies).hasSize(64);
        assertThat(frequencies[0]).isEqualTo(1f);
        assertThat(frequencies[32]).isCloseTo((float) (1 / Math.sqrt(500_000)), within(1e-8f));
    }

    @Test
    void scalingKeepsShortWavelengthsAndStretchesLongOnes() {
        float[] plain = PLAIN.inverseFrequencies(128);
        float[] scaled = LLAMA_3_1.inverseFrequencies(128);
        for (int i = 0; i < 64; i++) {
            double wavelength = 2 * Math.PI / plain[i];
            if (wavelength < 8192.0 / 4) {
                assertThat(scaled[i]).isEqualTo(plain[i]);
            } else if (wavelength > 8192) {
                assertThat(scaled[i]).isCloseTo(plain[i] / 8, within(1e-12f));
            } else {
                assertThat(scaled[i]).isBetween(plain[i] / 8, plain[i]);
            }
        }
        assertThat(scaled[63]).isCloseTo(plain[63] / 8, within(1e-12f));
    }

    @Test
    void blendsBetweenTheTwoWavelengths() {
        // One pair of channels: frequency 1, wavelength 2 pi; 9 / 2 pi = 1.43 lies between both factors.
        Rope rope = new Rope(10_000, Optional.of(new Rope.Llama3Scaling(4, 1, 1.7182818, 9)));
        double kept = (9 / (2 * Math.PI) - 1) / 0.7182818;
        assertThat(rope.inverseFrequencies(2)[0]).isCloseTo((float) (kept + (1 - kept) / 4), within(1e-6f));
    }
}
