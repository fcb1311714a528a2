package io.speckv.selection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopMassTest {
    @Test
    void takesTheFewestThatReachTheMass() {
        float[] scores = {1, 4, 2, 3};
        double[] weights = {0.125, 0.5, 0.125, 0.25};

        assertThat(TopMass.ascending(scores, weights, 0.5)).containsExactly(1);
        assertThat(TopMass.ascending(scores, weights, 0.51)).containsExactly(1, 3);
        assertThat(TopMass.ascending(scores, weights, 0.875)).containsExactly(1, 2, 3);
        assertThat(TopMass.ascending(scores, weights, 1)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void takesTheLowestIndicesOfEqualScores() {
        float[] scores = {5, -0f, 0, -0f, 5};
        double[] weights = {0.25, 0.125, 0.125, 0.125, 0.25};

        assertThat(TopMass.ascending(scores, weights, 0.2)).containsExactly(0);
        assertThat(TopMass.ascending(scores, weights, 0.7)).containsExactly(0, 1, 2, 4);
    }

    @Test
    void takesTheHighestWhereNothingIsAskedForAndAllWhereTooMuchIs() {
        float[] scores = {1, 3, Float.NEGATIVE_INFINITY, 2};
        double[] weights = {1, 4, 0, 2};

        assertThat(TopMass.ascending(scores, weights, 0)).containsExactly(1);
        assertThat(TopMass.ascending(scores, weights, 100)).containsExactly(0, 1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void agreesWithAFullSort(long seed) {
        for (float[] scores : new float[][] {RandomScores.distinct(seed, 997), RandomScores.tied(seed, 997)}) {
            // Powers of two, so that sums are exact in any order.
            double[] weights = new double[scores.length];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.scalb(1.0, Math.round(Math.min(8, Math.max(-8, scores[i]))));
            }
            int[] ranked = TopK.ranked(scores, scores.length);
            double mass = 0;
            for (int count = 1; count <= ranked.length; count++) {
                mass += weights[ranked[count - 1]];
                if (count % 83 == 1) {
                    assertThat(TopMass.ascending(scores, weights, mass)).isEqualTo(Window.sorted(ranked, count));
                }
            }
        }
    }
}
