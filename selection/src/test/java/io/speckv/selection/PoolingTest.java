package io.speckv.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolingTest {
    /** The hand-computed vectors of SpecPC: peaks 3, 9, 7, 8 at 1, 5, 14, 20 of 24. */
    @Test
    void spreadsPeaksAsInTheHandComputedVectors() {
        float[] peaks = new float[24];
        peaks[1] = 3;
        peaks[5] = 9;
        peaks[14] = 7;
        peaks[20] = 8;

        assertThat(new Pooling.ZeroPadded(PoolType.MAX, 4).apply(peaks))
                .containsExactly(3, 3, 3, 9, 9, 9, 9, 0, 0, 0, 0, 0, 7, 7, 7, 7, 0, 0, 8, 8, 8, 8, 0, 0);
        assertThat(new Pooling.ZeroPadded(PoolType.MAX, 3).apply(peaks))
                .containsExactly(3, 3, 3, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0, 7, 7, 7, 0, 0, 0, 8, 8, 8, 0, 0);
    }

    @Test
    void differsAtTheEdgesBetweenTheTwoPaddingRules() {
        float[] negative = {-1, -2, -3};

        assertThat(new Pooling.ZeroPadded(PoolType.MAX, 3).apply(negative)).containsExactly(0, -1, 0);
        assertThat(new Pooling.Centred(PoolType.MAX, 3).apply(negative)).containsExactly(-1, -1, -2);
    }

    @Test
    void dividesByTheWholeKernelAtTheEdges() {
        assertThat(new Pooling.Centred(PoolType.MEAN, 3).apply(new float[] {3, 3, 3}))
                .containsExactly(2, 3, 2);
    }

    @Test
    void leavesScoresAloneWithoutAPoolType() {
        assertThat(new Pooling.ZeroPadded(PoolType.NONE, 9).apply(new float[] {1, 2}))
                .containsExactly(1, 2);
    }

    @Test
    void refusesEvenKernelsWhereTheWindowIsCentred() {
        assertThatThrownBy(() -> new Pooling.Centred(PoolType.MAX, 64))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("kernel_size = 64: must be odd and at least 1");
    }

    @Test
    void keepsSmallMeansExactBehindALargeScore() {
        float[] scores = {1e20f, 0, 0, 1e-20f, 1e-20f, 1e-20f};

        float[] smoothed = new Pooling.Centred(PoolType.MEAN, 3).apply(scores);

        assertThat(smoothed[4]).isEqualTo(1e-20f);
    }

    @ParameterizedTest
    @CsvSource({"1,50", "2,50", "3,1", "4,7", "5,5", "7,100", "32,100", "64,63", "65,64", "9,0"})
    void agreesWithTheDefinitionForEveryKernel(int kernel, int tokens) {
        float[] scores = RandomScores.distinct(kernel, tokens);
        int left = (kernel - 1) / 2;
        float[] max = new Pooling.ZeroPadded(PoolType.MAX, kernel).apply(scores);
        float[] mean = new Pooling.ZeroPadded(PoolType.MEAN, kernel).apply(scores);

        assertThat(max).hasSize(tokens);
        assertThat(mean).hasSize(tokens);
        for (int i = 0; i < tokens; i++) {
            float highest = 0;
            double sum = 0;
            for (int j = Math.max(0, i - left); j < Math.min(tokens, i - left + kernel); j++) {
                highest = Math.max(highest, scores[j]);
                sum += scores[j];
            }
            assertThat(max[i]).isEqualTo(highest);
            assertThat(mean[i]).isCloseTo((float) (sum / kernel), within(1e-7f));
        }
    }
}
