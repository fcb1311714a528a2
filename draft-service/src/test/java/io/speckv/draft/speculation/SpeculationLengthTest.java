package io.speckv.draft.speculation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeculationLengthTest {
    private static SpeculationLength length(int fewest, int most) {
        return new SpeculationLength(new SpeculationBounds(fewest, most));
    }

    private static void right(SpeculationLength length, int times) {
        for (int i = 0; i < times; i++) {
            length.right();
        }
    }

    @Test
    void growsOnlyWhenAsManyWereRightInARow() {
        SpeculationLength length = length(1, 20);
        right(length, 3);
        assertThat(length.tokens()).isEqualTo(4);
        right(length, 1);
        assertThat(length.tokens()).isEqualTo(6);
        right(length, 5);
        length.wrong();
        right(length, 4);
        assertThat(length.tokens()).isEqualTo(5);
    }

    @Test
    void staysBetweenItsBounds() {
        SpeculationLength length = length(3, 7);
        right(length, 100);
        assertThat(length.tokens()).isEqualTo(7);
        for (int i = 0; i < 100; i++) {
            length.wrong();
        }
        assertThat(length.tokens()).isEqualTo(3);
        assertThat(length(6, 9).tokens()).isEqualTo(6);
        assertThat(length(1, 2).tokens()).isEqualTo(2);
    }

    @Test
    void isLongerTheMoreOftenTheDraftIsRight() {
        assertThat(mean(0.3)).isLessThan(2);
        assertThat(mean(0.7)).isBetween(2., 5.);
        assertThat(mean(0.95)).isGreaterThan(10);
    }

    private static double mean(double shareRight) {
        Random random = new Random(1);
        SpeculationLength length = length(1, 64);
        long sum = 0;
        for (int i = 0; i < 20_000; i++) {
            if (random.nextDouble() < shareRight) {
                length.right();
            } else {
                length.wrong();
            }
            sum += length.tokens();
        }
        return sum / 20_000.;
    }

    @Test
    void boundsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> length(0, 4)).hasMessageContaining("fewest-tokens is 0");
        assertThatThrownBy(() -> length(5, 4)).hasMessageContaining("most-tokens is 4");
    }
}
