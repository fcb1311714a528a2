package io.speckv.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with windows that are looked at one by one. */
class SlidingWindowTest {
    private static final float[] SCORES = {3, 1, 4, 1, 5};

    private static float[] maxOneByOne(float[] scores, int kernel, int left, float padding) {
        float[] smoothed = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            float most = Float.NEGATIVE_INFINITY;
            for (int j = i - left; j < i - left + kernel; j++) {
                most = Math.max(most, j >= 0 && j < scores.length ? scores[j] : padding);
            }
            smoothed[i] = most;
        }
        return smoothed;
    }

    private static float[] meanOneByOne(float[] scores, int kernel, int left) {
        float[] smoothed = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            double sum = 0;
            for (int j = Math.max(0, i - left); j < Math.min(scores.length, i - left + kernel); j++) {
                sum += scores[j];
            }
            smoothed[i] = (float) (sum / kernel);
        }
        return smoothed;
    }

    @Test
    void aWindowAroundEachPlaceHasItsMaximumAndItsMean() {
        assertThat(SlidingWindow.max(SCORES, 3, 1, 0)).containsExactly(3, 4, 4, 5, 5);
        assertThat(SlidingWindow.mean(SCORES, 3, 1))
                .as("zeros beyond the ends count")
                .containsExactly(new float[] {4 / 3f, 8 / 3f, 2, 10 / 3f, 2}, within(1e-6f));
    }

    @Test
    void aWindowMayBeginAtItsPlaceOrEndThere() {
        assertThat(SlidingWindow.max(SCORES, 2, 0, 0)).containsExactly(3, 4, 4, 5, 5);
        assertThat(SlidingWindow.max(SCORES, 2, 1, 0)).containsExactly(3, 3, 4, 4, 5);
    }

    @Test
    void whatStandsBeyondTheEndsIsThePadding() {
        assertThat(SlidingWindow.max(new float[] {-3, -1}, 3, 1, 0)).containsExactly(0, 0);
        assertThat(SlidingWindow.max(new float[] {-3, -1}, 3, 1, Float.NEGATIVE_INFINITY))
                .containsExactly(-1, -1);
    }

    @Test
    void aWindowOfOneIsTheScoreItself() {
        assertThat(SlidingWindow.max(SCORES, 1, 0, 9)).containsExactly(SCORES).isNotSameAs(SCORES);
        assertThat(SlidingWindow.mean(SCORES, 1, 0)).containsExactly(SCORES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void withoutScoresThereIsNothing(int kernel) {
        assertThat(SlidingWindow.max(new float[0], kernel, 0, 0)).isEmpty();
        assertThat(SlidingWindow.mean(new float[0], kernel, 0)).isEmpty();
    }

    @Test
    void aWindowMayBeLongerThanTheScores() {
        assertThat(SlidingWindow.max(SCORES, 64, 31, 0)).containsExactly(5, 5, 5, 5, 5);
        assertThat(SlidingWindow.mean(SCORES, 64, 31)).containsExactly(meanOneByOne(SCORES, 64, 31), within(1e-7f));
    }

    @Test
    void aLargeScoreLeavesNoRoundingErrorBehind() {
        float[] scores = {1e30f, 1, 2, 3, 4};
        assertThat(SlidingWindow.mean(scores, 2, 1)).endsWith(1.5f, 2.5f, 3.5f);
    }

    @Test
    void anyWindowsAreThoseThatAreLookedAtOneByOne() {
        Random random = new Random(3);
        for (int i = 0; i < 3000; i++) {
            float[] scores = new float[random.nextInt(40)];
            for (int j = 0; j < scores.length; j++) {
                scores[j] = (float) random.nextGaussian();
            }
            int kernel = 1 + random.nextInt(12);
            int left = random.nextInt(kernel);
            assertThat(SlidingWindow.max(scores, kernel, left, 0.5f))
                    .as("kernel %d, left %d", kernel, left)
                    .containsExactly(maxOneByOne(scores, kernel, left, 0.5f));
            assertThat(SlidingWindow.mean(scores, kernel, left))
                    .as("kernel %d, left %d", kernel, left)
                    .containsExactly(meanOneByOne(scores, kernel, left), within(1e-6f));
        }
    }
}
