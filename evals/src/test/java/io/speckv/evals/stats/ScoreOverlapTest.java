package io.speckv.evals.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScoreOverlapTest {
    @Test
    void keepsTheLowerPositionOfEqualScores() {
        assertThat(ScoreOverlap.top(new double[] {1, 3, 3, 2, 3}, 2)).containsExactly(1, 2);
        assertThatThrownBy(() -> ScoreOverlap.top(new double[2], 3)).hasMessageContaining("count is 3");
    }

    @Test
    void findsTheShareOfTheOraclesTopPositions() {
        assertThat(ScoreOverlap.topRecall(new double[] {5, 4, 0, 0}, new double[] {5, 0, 4, 0}, 2))
                .isEqualTo(0.5);
        assertThatThrownBy(() -> ScoreOverlap.topRecall(new double[2], new double[3], 1))
                .hasMessageContaining("same prompt");
    }

    @Test
    void sumsTheImportanceThatIsKept() {
        assertThat(ScoreOverlap.massRecall(new int[] {0, 2}, new double[] {0.5, 0.3, 0.2}))
                .isCloseTo(0.7, within(1e-12));
        assertThatThrownBy(() -> ScoreOverlap.massRecall(new int[] {0}, new double[] {-1, 2}))
                .hasMessageContaining("-1.0");
        assertThatThrownBy(() -> ScoreOverlap.massRecall(new int[] {0}, new double[2]))
                .hasMessageContaining("0 at every");
    }
}
