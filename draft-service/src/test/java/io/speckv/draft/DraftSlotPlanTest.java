package io.speckv.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.torch.ModelMemory;
import io.speckv.serving.SlotBudget;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How many prompts a draft reads at once, and how long they are. */
class DraftSlotPlanTest {
    private static final SlotBudget AMPLE = new SlotBudget(1L << 40);

    @Test
    void aSlotEndsWhereTheModelDoes() {
        DraftSlotPlan plan = plan(null, 32_768, 8192, AMPLE);

        assertThat(plan).isEqualTo(new DraftSlotPlan(4, 8128, 64, 4L * 8192 * 1024));
        assertThat(plan).hasToString("4 slots of 8192 tokens");
        assertThat(plan(null, 1000, 8192, AMPLE).tokens()).isEqualTo(1064);
    }

    @Test
    void anOpenCountFollowsTheMemoryAndAGivenOneDoesNot() {
        SlotBudget two = new SlotBudget(2L * 8192 * 1024);

        assertThat(plan(null, 32_768, 8192, two).count()).isEqualTo(2);
        assertThat(plan(null, 32_768, 8192, new SlotBudget(0)).count()).isEqualTo(1);
        assertThat(plan(8, 32_768, 8192, two).count()).isEqualTo(8);
    }

    @Test
    void lookaheadThatFillsTheModelIsRefused() {
        assertThatThrownBy(() -> plan(null, 100, 64, AMPLE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lookahead-tokens is 64, must be below the model's 64 positions");
    }

    private static DraftSlotPlan plan(@Nullable Integer running, int promptTokens, int positions, SlotBudget budget) {
        return DraftSlotPlan.of(
                new DraftSettings.Limits(promptTokens, 64, Duration.ofSeconds(1)),
                new DraftSettings.Queue(running, 1, 1),
                new ModelMemory(0, 1024, positions),
                budget);
    }
}
