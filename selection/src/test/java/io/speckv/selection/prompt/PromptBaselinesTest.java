package io.speckv.selection.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.Budget;
import io.speckv.selection.FixedBudget;
import io.speckv.selection.Reduction;
import io.speckv.selection.ScoreMassBudget;
import io.speckv.selection.ShareBudget;
import org.junit.jupiter.api.Test;

/** What each prompt baseline does that no other does. */
class PromptBaselinesTest {
    private static SpecPrefill specPrefill(Budget budget, int chunk) {
        AttentionScoring scoring =
                new AttentionScoring(1, false, 0, Reduction.MAX, Reduction.MAX, Reduction.MEAN, true, 8, 13);
        return new SpecPrefill(scoring, budget, chunk);
    }

    @Test
    void specPrefillKeepsTheChunksWithTheHighestMeanAtTheirPositions() {
        float[] scores = {9, 0, 0, 0, 3, 3, 3, 3, 1, 1, 1, 1, 5};
        SpecPrefill policy = specPrefill(new ShareBudget(0.5), 4);

        // Means 2.25, 3, 1 and 5 for the short last chunk; half of four chunks.
        assertThat(policy.keep(13, scores)).containsExactly(4, 5, 6, 7, 12);
        assertThat(policy.keepsOriginalPositions()).isTrue();
        assertThat(policy.scoreSource().draftScoring()).isNotNull();
    }

    @Test
    void specPrefillRoundsACountDownToWholeChunksButKeepsOne() {
        float[] scores = {1, 1, 1, 1, 2, 2, 2, 2};

        assertThat(specPrefill(new FixedBudget(7), 4).keep(8, scores)).containsExactly(4, 5, 6, 7);
        assertThat(specPrefill(new FixedBudget(2), 4).keep(8, scores)).containsExactly(4, 5, 6, 7);
        assertThat(specPrefill(new ScoreMassBudget(0.5, 1, 8), 4).keep(8, scores))
                .containsExactly(4, 5, 6, 7);
    }

    @Test
    void tokenClassificationTakesTheSameShareFromEveryChunk() {
        float[] scores = {.9f, .8f, .7f, .6f, .1f, .2f, .3f, .4f};

        assertThat(new TokenClassification("folder", new FixedBudget(4), 4).keep(8, scores))
                .containsExactly(0, 1, 6, 7);
        assertThat(new TokenClassification("folder", new FixedBudget(4), 4)
                        .scoreSource()
                        .classifierFolder())
                .isEqualTo("folder");
    }

    @Test
    void truncationDropsTheMiddle() {
        assertThat(new MiddleTruncation(new FixedBudget(5)).keep(10, new float[0]))
                .containsExactly(0, 1, 2, 8, 9);
    }

    @Test
    void randomTokensKeepTheWindowAndRepeatWithTheSeed() {
        int[] kept = new RandomTokens(new FixedBudget(10), 4, 7).keep(100, new float[0]);

        assertThat(kept).hasSize(10).endsWith(96, 97, 98, 99);
        assertThat(new RandomTokens(new FixedBudget(10), 4, 7).keep(100, new float[0]))
                .isEqualTo(kept);
        assertThat(new RandomTokens(new FixedBudget(10), 4, 8).keep(100, new float[0]))
                .isNotEqualTo(kept);
    }

    @Test
    void keepAllKeepsAll() {
        assertThat(new KeepAll().keep(3, new float[0])).containsExactly(0, 1, 2);
        assertThat(new KeepAll().compresses(1_000_000)).isFalse();
    }
}
