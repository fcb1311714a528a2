package io.speckv.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final float[] MASS = {2, 8, 1, 4, 1};

    @Test
    void keepsTheSmallestSetThatHoldsTheShare() {
        assertThat(new ScoreMassBudget(0.5, 1, 5).select(MASS, MASS, 0)).containsExactly(1);
        assertThat(new ScoreMassBudget(0.75, 1, 5).select(MASS, MASS, 0)).containsExactly(1, 3);
        assertThat(new ScoreMassBudget(0.85, 1, 5).select(MASS, MASS, 0)).containsExactly(0, 1, 3);
    }

    @Test
    void staysBetweenFloorAndCap() {
        assertThat(new ScoreMassBudget(0.1, 3, 5).select(MASS, MASS, 0)).hasSize(3);
        assertThat(new ScoreMassBudget(1, 1, 2).select(MASS, MASS, 0)).hasSize(2);
    }

    @Test
    void countsPinnedEntriesAgainstFloorAndCap() {
        assertThat(new ScoreMassBudget(0.1, 12, 20).select(MASS, MASS, 10)).hasSize(2);
        assertThat(new ScoreMassBudget(1, 11, 13).select(MASS, MASS, 10)).hasSize(3);
        assertThat(new FixedBudget(12).select(MASS, MASS, 10)).containsExactly(1, 3);
    }

    @Test
    void keepsTheFloorWhenThereIsNoMass() {
        assertThat(new ScoreMassBudget(0.9, 2, 4).select(new float[5], new float[5], 0))
                .containsExactly(0, 1);
    }

    @Test
    void roundsAShareOfThePromptUp() {
        assertThat(new ShareBudget(0.1).cap(11)).isEqualTo(2);
        assertThat(new ShareBudget(0.3).select(MASS, MASS, 0)).containsExactly(1, 3);
    }

    @Test
    void aShareByLengthLiesOnLinesBetweenItsPoints() {
        LengthBudget budget = new LengthBudget(new TreeMap<>(Map.of(1000, 1.0, 3000, 0.5, 10_000, 0.1)), 65);

        assertThat(budget.cap(500)).as("whole").isEqualTo(500);
        assertThat(budget.cap(1000)).isEqualTo(1000);
        assertThat(budget.cap(2000)).as("half way").isEqualTo(1500);
        assertThat(budget.cap(3000)).isEqualTo(1500);
        assertThat(budget.cap(20_000)).as("beyond the last").isEqualTo(2000);
        assertThat(new LengthBudget(new TreeMap<>(Map.of(1, 0.01)), 65).floor(100))
                .as("the window and one more")
                .isEqualTo(65);
        assertThat(new LengthBudget(new TreeMap<>(Map.of(5, 0.3)), 1).select(MASS, MASS, 0))
                .containsExactly(1, 3);
    }

    @Test
    void refusesSharesByLengthThatAreNone() {
        assertThatThrownBy(() -> new LengthBudget(new TreeMap<>(), 1)).hasMessageContaining("keep_rate_by_length");
        assertThatThrownBy(() -> new LengthBudget(new TreeMap<>(Map.of(10, 1.5)), 1))
                .hasMessageContaining("must have shares above 0 and at most 1");
        assertThatThrownBy(() -> new LengthBudget(new TreeMap<>(Map.of(0, 0.5)), 1))
                .hasMessageContaining("lengths of at least 1");
    }

    @Test
    void refusesSharesOutsideZeroToOneAndCapsBelowTheFloor() {
        assertThatThrownBy(() -> new ScoreMassBudget(1.5, 1, 2)).hasMessageContaining("score_mass = 1.5");
        assertThatThrownBy(() -> new ScoreMassBudget(0.5, 3, 2))
                .hasMessageContaining("cap = 2")
                .hasMessageContaining("3");
        assertThatThrownBy(() -> new ShareBudget(0)).hasMessageContaining("keep_rate = 0.0");
        assertThatThrownBy(() -> new FixedBudget(0)).hasMessageContaining("max_capacity_prompt = 0");
    }
}
