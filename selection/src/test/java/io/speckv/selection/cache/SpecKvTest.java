package io.speckv.selection.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.Budget;
import io.speckv.selection.FixedBudget;
import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.RandomScores;
import io.speckv.selection.Reduction;
import io.speckv.selection.ScoreMassBudget;
import io.speckv.selection.UnlimitedBudget;
import io.speckv.selection.Window;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpecKvTest {
    private static SpecKv policy(Budget budget, int window, int kernel, @Nullable SparsePrefill sparse) {
        return new SpecKv(
                budget,
                window,
                new Pooling.Centred(PoolType.MAX, kernel),
                Reduction.MAX,
                new LookaheadSource.Draft(null),
                sparse);
    }

    private static LayerScores scores(SpecKv policy, int n, int lookahead, int kvHeads, float[] values) {
        return new LayerScores(
                0, 2, n, lookahead, kvHeads, policy.observation(n, lookahead).candidateKeys(), values);
    }

    /** The hand-computed vector: n=16, L=3, C=6, W=2, k=3; attention (query, key) where it is not zero. */
    @Test
    void keepsThePositionsComputedByHand() {
        SpecKv policy = policy(new FixedBudget(6), 2, 3, null);
        Observation observation = policy.observation(16, 3);
        float[][] attention = new float[19][19];
        attention[13][2] = .5f;
        attention[16][9] = .6f;
        attention[18][5] = .55f;
        attention[15][11] = .2f;
        attention[12][7] = .99f;
        float[] reduced = new float[observation.candidateKeys()];
        for (int row = 19 - observation.queries(); row < 19; row++) {
            for (int key = 0; key < reduced.length; key++) {
                reduced[key] = observation.overQueries().combine(reduced[key], attention[row][key]);
            }
        }

        KeptKeys kept = policy.keep(scores(policy, 16, 3, 1, reduced));

        assertThat(observation.queries()).isEqualTo(6);
        assertThat(reduced).hasSize(13);
        assertThat(kept.selected()).isDeepEqualTo(new int[][] {{4, 8, 9, 10}});
        assertThat(kept.perHead()).isDeepEqualTo(new int[][] {{4, 8, 9, 10, 13, 14}});
        assertThat(kept.windowStart()).isEqualTo(13);
        assertThat(policy.refeedsLastToken()).isTrue();
    }

    @Test
    void compressesOnlyPromptsLongerThanTheBudgetAndTheRefedToken() {
        SpecKv policy = policy(new FixedBudget(6), 2, 3, null);

        assertThat(policy.compresses(1)).isFalse();
        assertThat(policy.compresses(6)).isFalse();
        assertThat(policy.compresses(7)).isFalse();
        assertThat(policy.compresses(8)).isTrue();
        KeptKeys kept = policy.keep(scores(policy, 8, 0, 1, new float[] {0, 0, 9, 0, 0}));
        assertThat(kept.perHead()).isDeepEqualTo(new int[][] {{0, 1, 2, 3, 5, 6}});
    }

    @Test
    void observesTheWindowAloneWithoutLookahead() {
        assertThat(policy(new FixedBudget(6), 2, 3, null).observation(16, 0))
                .isEqualTo(new Observation(3, 13, Reduction.MAX, Reduction.MAX, false));
    }

    @Test
    void refusesWindowsThatLeaveNoRoomInTheBudget() {
        assertThatThrownBy(() -> policy(new FixedBudget(32), 32, 7, null))
                .hasMessage("window_size = 32: must be below the budget (32)");
    }

    @Test
    void refusesScoresThatItDidNotAskForOrThatAreNotNumbers() {
        SpecKv policy = policy(new FixedBudget(6), 2, 3, null);
        float[] values = new float[26];
        values[14] = Float.NaN;

        assertThatThrownBy(() -> policy.keep(scores(policy, 16, 0, 2, values))).hasMessageContaining("score 1 is NaN");
        assertThatThrownBy(() -> policy.keep(scores(policy, 16, 0, 1, values)))
                .hasMessageContaining("expected 1 rows over 13");
        assertThatThrownBy(() -> new LayerScores(3, 4, 16, 0, 2, 13, new float[27]))
                .hasMessageContaining("layer 3")
                .hasMessageContaining("27");
    }

    @Test
    void letsHeadsKeepDifferentCountsUnderAScoreMassBudget() {
        SpecKv policy = policy(new ScoreMassBudget(0.9, 3, 10), 2, 1, null);
        float[] values = new float[26];
        values[4] = 1;
        for (int key = 0; key < 13; key++) {
            values[13 + key] = 1 + key;
        }

        KeptKeys kept = policy.keep(scores(policy, 16, 0, 2, values));

        assertThat(kept.perHead()[0]).containsExactly(4, 13, 14);
        assertThat(kept.perHead()[1]).hasSize(10).startsWith(5).endsWith(12, 13, 14);
    }

    @Test
    void ranksTheColumnsOfASparsePrefillByTheSameScores() {
        SpecKv policy = policy(new FixedBudget(6), 2, 1, new SparsePrefill(64, 8));
        float[] values = RandomScores.distinct(5, 2 * 97);

        KeptKeys dense =
                policy(new FixedBudget(6), 2, 1, new SparsePrefill(128, 8)).keep(scores(policy, 100, 5, 2, values));
        KeptKeys sparse = policy.keep(scores(policy, 100, 5, 2, values));

        assertThat(dense.verticals()).isEmpty();
        assertThat(sparse.perHead()).isDeepEqualTo(dense.perHead());
        for (int head = 0; head < 2; head++) {
            assertThat(sparse.verticals()[head]).hasSize(8).isSorted().contains(sparse.selected()[head]);
        }
    }

    @Test
    void dropsNothingWithoutABudgetButStillRanksColumns() {
        SpecKv policy = policy(new UnlimitedBudget(), 2, 1, new SparsePrefill(64, 8));

        KeptKeys kept = policy.keep(scores(policy, 100, 0, 1, RandomScores.distinct(5, 97)));

        assertThat(policy.compresses(100)).isTrue();
        assertThat(policy.compresses(3)).isFalse();
        assertThat(kept.perHead()[0]).isEqualTo(Window.range(0, 99));
        assertThat(kept.verticals()[0]).hasSize(8);
        assertThatThrownBy(() -> policy(new UnlimitedBudget(), 2, 1, null))
                .hasMessageContaining("max_capacity_prompt = null");
    }
}
