package io.speckv.selection.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.InvalidSettingException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadBudgetsTest {
    private static final float[][] TWO_HEADS = {{9, 8, 7, 1}, {6, 2, 3, 4}};

    @Test
    void placesGoToTheHighestScoresOfAllHeads() {
        assertThat(HeadBudgets.compete(TWO_HEADS, 2, 0)).containsExactly(3, 1);
        assertThat(HeadBudgets.compete(TWO_HEADS, 3, 0)).containsExactly(3, 3);
    }

    @Test
    void aFloorOfOneIsTheUniformBudget() {
        assertThat(HeadBudgets.compete(TWO_HEADS, 2, 1)).containsExactly(2, 2);
    }

    @Test
    void aFloorBetweenMixesBoth() {
        float[][] scores = {new float[100], new float[100]};
        Arrays.fill(scores[0], 1);
        assertThat(HeadBudgets.compete(scores, 40, 0.2))
                .as("80 and 0 places won, 8 each in any case")
                .containsExactly(72, 8);
    }

    @Test
    void ofEqualScoresTheLowerHeadWins() {
        assertThat(HeadBudgets.compete(new float[][] {{1, 1, 1}, {1, 1, 1}}, 2, 0))
                .containsExactly(3, 1);
    }

    @Test
    void noHeadHasMorePlacesThanCandidates() {
        float[][] scores = {{9, 9, 9}, {0, 0, 0}};
        assertThat(HeadBudgets.compete(scores, 5, 0.5))
                .as("3 won and 2 in any case")
                .containsExactly(3, 3);
    }

    @Test
    void theTotalIsPreservedUpToRoundingAndNoHeadIsAboveTheMost() {
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            int heads = 1 + random.nextInt(8);
            int candidates = 200 + random.nextInt(300);
            int perHead = 1 + random.nextInt(candidates / heads);
            double floor = random.nextDouble();
            float[][] scores = new float[heads][candidates];
            for (float[] head : scores) {
                float scale = random.nextFloat();
                for (int j = 0; j < candidates; j++) {
                    head[j] = scale * random.nextFloat();
                }
            }
            int[] budgets = HeadBudgets.compete(scores, perHead, floor);
            int most = HeadBudgets.mostKept(1 << 20, heads, perHead + 8, 8, floor) - 8;
            assertThat(Arrays.stream(budgets).sum()).isBetween(heads * perHead - 2 * heads, heads * perHead + heads);
            assertThat(Arrays.stream(budgets).max().orElseThrow()).isLessThanOrEqualTo(most);
            assertThat(Arrays.stream(budgets).min().orElseThrow()).isGreaterThanOrEqualTo((int) (floor * perHead));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 4, 40, 8, 0, 136",
        "1000, 4, 40, 8, 1, 40",
        "1000, 4, 40, 8, 0.5, 88",
        "100, 4, 40, 8, 0, 100",
        "1000, 1, 40, 8, 0.2, 40"
    })
    void theMostThatOneHeadKeepsIsAllThatIsNotSafeElsewhere(
            int promptTokens, int heads, int capacity, int window, double floor, int most) {
        assertThat(HeadBudgets.mostKept(promptTokens, heads, capacity, window, floor))
                .isEqualTo(most);
    }

    @Test
    void aCapacityIsAboveWhatIsPinned() {
        assertThatCode(() -> HeadBudgets.requireAbove("window_size", 8, 9)).doesNotThrowAnyException();
        assertThatThrownBy(() -> HeadBudgets.requireAbove("window_size", 8, 8))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("max_capacity_prompt")
                .hasMessageContaining("must be above window_size (8)");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void aFloorIsAShare(double floor) {
        assertThatThrownBy(() -> HeadBudgets.requireFloor(floor)).hasMessageContaining("must be between 0 and 1");
        assertThatCode(() -> HeadBudgets.requireFloor(0)).doesNotThrowAnyException();
        assertThatCode(() -> HeadBudgets.requireFloor(1)).doesNotThrowAnyException();
    }
}
