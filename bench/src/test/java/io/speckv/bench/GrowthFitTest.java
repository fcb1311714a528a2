package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GrowthFitTest {
    @Test
    void findsTheExponentOfAPower() {
        GrowthFit fit = GrowthFit.of(new double[] {2, 4, 8}, new double[] {12, 48, 192});
        assertThat(fit.exponent()).isCloseTo(2, within(1e-9));
        assertThat(fit.scale()).isCloseTo(3, within(1e-9));
    }

    @Test
    void oneLengthHasNoGrowth() {
        assertThatThrownBy(() -> GrowthFit.of(new double[] {2, 2}, new double[] {1, 3}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two different lengths");
    }

    @Test
    void aCostOfNothingCannotBeFitted() {
        assertThatThrownBy(() -> GrowthFit.of(new double[] {2, 4}, new double[] {0, 3}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.0");
    }
}
