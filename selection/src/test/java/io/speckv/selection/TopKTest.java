package io.speckv.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopKTest {
    @Test
    void prefersTheLowestIndexAmongEqualScores() {
        float[] scores = {1, 5, 5, 0, 5, 1};

        assertThat(TopK.ranked(scores, 4)).containsExactly(1, 2, 4, 0);
        assertThat(TopK.ascending(scores, 2)).containsExactly(1, 2);
    }

    @Test
    void treatsTheTwoZerosAsEqualAndRanksNegativeAndInfiniteScores() {
        float[] scores = {-0f, 0f, -1f, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, -2f, Float.MIN_VALUE};

        assertThat(TopK.ranked(scores, 7)).containsExactly(4, 6, 0, 1, 2, 5, 3);
    }

    @Test
    void takesNoneOrAllAtTheEnds() {
        float[] scores = {3, 1, 2};

        assertThat(TopK.ascending(scores, 0)).isEmpty();
        assertThat(TopK.ascending(scores, 3)).containsExactly(0, 1, 2);
        assertThat(TopK.ascending(scores, 9)).containsExactly(0, 1, 2);
        assertThat(TopK.ranked(scores, 9)).containsExactly(0, 2, 1);
        assertThat(TopK.ranked(new float[0], 4)).isEmpty();
    }

    @Test
    void refusesNegativeCounts() {
        assertThatThrownBy(() -> TopK.ascending(new float[3], -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void agreesWithAFullSort(long seed) {
        for (float[] scores : new float[][] {RandomScores.distinct(seed, 997), RandomScores.tied(seed, 997)}) {
            int[] sorted = IntStream.range(0, scores.length)
                    .boxed()
                    .sorted(Comparator.comparing((Integer i) -> -scores[i]).thenComparing(i -> i))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int k : new int[] {1, 2, 31, 500, 996}) {
                int[] best = Arrays.copyOf(sorted, k);
                assertThat(TopK.ranked(scores, k)).isEqualTo(best);
                assertThat(TopK.ascending(scores, k)).isEqualTo(Window.sorted(best, k));
            }
        }
    }
}
