package io.speckv.selection.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.RandomScores;
import io.speckv.selection.Reduction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpanAlignmentTest {
    @Test
    void givesScoresBackUnchangedWhenSpansAreEqual() {
        // An empty special token, and three byte pieces of one character.
        int[] starts = {0, 0, 3, 3, 3, 4};
        int[] ends = {0, 3, 4, 4, 4, 9};
        float[] scores = RandomScores.distinct(1, 6);
        SpanAlignment alignment = new SpanAlignment(starts, ends, starts.clone(), ends.clone());

        assertThat(alignment.isIdentity()).isTrue();
        assertThat(alignment.map(scores, Reduction.MAX)).isEqualTo(scores);
        assertThat(alignment.map(scores, Reduction.MEAN)).isEqualTo(scores);
    }

    @Test
    void takesMaximumOrMeanOverTheDraftTokensThatOverlap() {
        // draft:  [0,2) [2,5) [5,6)   target: [0,3) [3,6)
        SpanAlignment alignment =
                new SpanAlignment(new int[] {0, 2, 5}, new int[] {2, 5, 6}, new int[] {0, 3}, new int[] {3, 6});
        float[] scores = {1, 4, 2};

        assertThat(alignment.map(scores, Reduction.MAX)).containsExactly(4, 4);
        assertThat(alignment.map(scores, Reduction.MEAN)).containsExactly(2.5f, 3);
    }

    @Test
    void givesTokensThatNoDraftTokenOverlapsAZero() {
        SpanAlignment alignment = new SpanAlignment(
                new int[] {0, 0, 8}, new int[] {0, 3, 9}, new int[] {0, 0, 2, 4, 8}, new int[] {0, 2, 4, 8, 9});

        assertThat(alignment.map(new float[] {7, 5, 3}, Reduction.MAX)).containsExactly(7, 5, 5, 0, 3);
    }

    @Test
    void refusesSpansThatAreReversedOrOutOfOrder() {
        int[] one = {0};
        assertThatThrownBy(() -> new SpanAlignment(new int[] {3}, new int[] {2}, one, one))
                .hasMessageContaining("draft token 0 has span [3, 2)");
        assertThatThrownBy(() -> new SpanAlignment(one, one, new int[] {4, 1}, new int[] {5, 2}))
                .hasMessageContaining("target token 1");
        assertThatThrownBy(() -> new SpanAlignment(one, one, one, one).map(new float[2], Reduction.MAX))
                .hasMessageContaining("2 scores for 1 draft tokens");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithComparingEveryPairOfTokens(long seed) {
        int[] draftEnds = ends(seed, 40);
        int[] targetEnds = ends(seed + 100, 55);
        int[] draftStarts = starts(draftEnds);
        int[] targetStarts = starts(targetEnds);
        float[] scores = RandomScores.distinct(seed, 40);

        float[] mapped = new SpanAlignment(draftStarts, draftEnds, targetStarts, targetEnds).map(scores, Reduction.MAX);

        for (int t = 0; t < targetEnds.length; t++) {
            float best = 0;
            for (int d = 0; d < draftEnds.length; d++) {
                if (draftStarts[d] < targetEnds[t] && targetStarts[t] < draftEnds[d]) {
                    best = Math.max(best, scores[d]);
                }
            }
            assertThat(mapped[t]).isEqualTo(best);
        }
    }

    private static int[] ends(long seed, int tokens) {
        float[] lengths = RandomScores.tied(seed, tokens);
        int[] ends = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + 1 + (int) lengths[i];
        }
        return ends;
    }

    private static int[] starts(int[] ends) {
        int[] starts = new int[ends.length];
        System.arraycopy(ends, 0, starts, 1, ends.length - 1);
        return starts;
    }
}
