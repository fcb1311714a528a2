package io.speckv.selection.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.Budget;
import io.speckv.selection.FixedBudget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.ScoreMassBudget;
import io.speckv.selection.Window;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecPcTest {
    private static SpecPc policy(Budget budget, int window, int kernel, int neighbours) {
        AttentionScoring scoring =
                new AttentionScoring(window, true, 0, Reduction.MAX, Reduction.MAX, Reduction.MAX, false, 1, 1);
        return new SpecPc(scoring, budget, new Pooling.ZeroPadded(PoolType.MAX, kernel), neighbours);
    }

    private static float[] peaks() {
        float[] scores = new float[24];
        scores[1] = 3;
        scores[5] = 9;
        scores[14] = 7;
        scores[20] = 8;
        return scores;
    }

    @ParameterizedTest
    @CsvSource({
        "8, 3, 4, 4, 2 3 4 5 6 21 22 23",
        "10, 3, 3, 3, 3 4 5 6 7 18 19 21 22 23",
        "8, 3, 1, 0, 0 1 5 14 20 21 22 23",
        "8, 3, 1, 1, 0 1 5 14 20 21 22 23",
        "24, 3, 4, 4, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23"
    })
    void keepsThePositionsComputedByHand(int capacity, int window, int kernel, int neighbours, String kept) {
        int[] expected =
                Arrays.stream(kept.split(" ")).mapToInt(Integer::parseInt).toArray();

        assertThat(policy(new FixedBudget(capacity), window, kernel, neighbours).keep(24, peaks()))
                .isEqualTo(expected);
    }

    /** The reference cuts such a window to its earliest tokens and loses the end of the prompt (window 3, budget 2: 21, 22). */
    @Test
    void refusesWindowsThatLeaveNoRoomInTheBudget() {
        assertThatThrownBy(() -> policy(new FixedBudget(2), 3, 4, 4))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("window_size = 3: must be below the budget (2)");
        assertThatThrownBy(() -> policy(new FixedBudget(3), 3, 4, 4)).hasMessageContaining("window_size = 3");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 8})
    void keepsPromptsWithinTheBudgetWholeEvenShorterThanTheWindow(int tokens) {
        SpecPc policy = policy(new FixedBudget(8), 3, 4, 4);

        assertThat(policy.compresses(tokens)).isFalse();
        assertThat(policy.keep(tokens, new float[0])).isEqualTo(Window.range(0, tokens));
    }

    @Test
    void keepsTheWindowEvenWhenScoresAreZero() {
        assertThat(policy(new FixedBudget(6), 3, 4, 4).keep(24, new float[24])).containsExactly(0, 1, 2, 21, 22, 23);
    }

    @Test
    void dropsExactlyOneTokenOneAboveTheBudget() {
        float[] scores = peaks();

        assertThat(policy(new FixedBudget(23), 3, 1, 1).keep(24, scores))
                .hasSize(23)
                .endsWith(21, 22, 23);
    }

    @Test
    void namesTheScoreThatIsNotANumber() {
        float[] scores = peaks();
        scores[7] = Float.NaN;

        assertThatThrownBy(() -> policy(new FixedBudget(8), 3, 4, 4).keep(24, scores))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("score 7 is NaN; scores must be finite");
        assertThatThrownBy(() -> policy(new FixedBudget(8), 3, 4, 4).keep(24, new float[3]))
                .hasMessageContaining("3 scores for 24 tokens");
    }

    @Test
    void spendsAScoreMassBudgetOnlyOnWhatHoldsTheMass() {
        // 27 in all; 9 + 8 + 7 = 24 is 0.88 of it, and 9 + 8 only 0.63.
        int[] most = policy(new ScoreMassBudget(0.85, 4, 24), 3, 1, 0).keep(24, peaks());
        int[] least = policy(new ScoreMassBudget(0.1, 4, 24), 3, 1, 0).keep(24, peaks());
        int[] capped = policy(new ScoreMassBudget(1, 4, 5), 3, 1, 0).keep(24, peaks());

        assertThat(most).containsExactly(5, 14, 20, 21, 22, 23);
        assertThat(least).containsExactly(5, 21, 22, 23);
        assertThat(capped).containsExactly(5, 20, 21, 22, 23);
    }
}
