package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.torch.ModelMemory;
import io.speckv.serving.SlotBudget;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How many slots a target has, and how long they are. */
class TargetSlotPlanTest {
    private static final int KIB_PER_TOKEN = 8;
    private static final SlotBudget AMPLE = new SlotBudget(1L << 40);

    @Test
    void noSlotIsLongerThanTheModelsPositions() {
        TargetSlotPlan plan = plan(null, 2048, null, 16_384, 8192, AMPLE);

        assertThat(plan.sizes()).containsExactly(new TargetSlotPlan.Size(16, 2048), new TargetSlotPlan.Size(2, 8192));
        assertThat(plan).hasToString("16 slots of 2048 tokens and 2 slots of 8192 tokens");
        assertThat(plan.bytes()).isEqualTo(((16L * 2048 + 2 * 8192) * KIB_PER_TOKEN) << 10);
    }

    @Test
    void sizesThatTheModelMakesEqualAreOne() {
        assertThat(plan(3, 2048, 2, 16_384, 1024, AMPLE).sizes()).containsExactly(new TargetSlotPlan.Size(5, 1024));
    }

    @Test
    void openCountsFollowTheMemory() {
        SlotBudget fourSmallAndHalfALarge = new SlotBudget((2L * 4 * 2048 * KIB_PER_TOKEN) << 10);

        assertThat(plan(null, 2048, null, 16_384, 131_072, fourSmallAndHalfALarge)
                        .sizes())
                .containsExactly(new TargetSlotPlan.Size(4, 2048), new TargetSlotPlan.Size(1, 16_384));
    }

    @Test
    void givenCountsAreKeptWhateverTheMemory() {
        assertThat(plan(56, 2048, 4, 40_960, 131_072, new SlotBudget(0)).sizes())
                .containsExactly(new TargetSlotPlan.Size(56, 2048), new TargetSlotPlan.Size(4, 40_960));
        assertThat(plan(0, 2048, 1, 4096, 131_072, AMPLE).sizes()).containsExactly(new TargetSlotPlan.Size(1, 4096));
    }

    @Test
    void aBudgetIsTwoFifthsOfWhatTheWeightsLeave() {
        assertThat(SlotBudget.of(new ModelMemory(3000, 1, 1), 13_000).bytes()).isEqualTo(4000);
        assertThat(SlotBudget.of(new ModelMemory(3000, 1, 1), 2000).bytes()).isZero();
    }

    private static TargetSlotPlan plan(
            @Nullable Integer small,
            int smallTokens,
            @Nullable Integer large,
            int largeTokens,
            int positions,
            SlotBudget budget) {
        TargetSettings.Slots slots = new TargetSettings.Slots(
                new TargetSettings.Slots.Size(small, smallTokens), new TargetSettings.Slots.Size(large, largeTokens));
        return TargetSlotPlan.of(slots, new ModelMemory(0, KIB_PER_TOKEN << 10, positions), budget);
    }
}
