package io.speckv.target;

import io.speckv.engine.torch.ModelMemory;
import io.speckv.serving.SlotBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The cache slots of a target: its settings, within the limits of model and memory.
 *
 * @param sizes smallest first, of 1 slot or more each
 * @param bytes of all slots when they are full
 */
public record TargetSlotPlan(List<Size> sizes, long bytes) {
    private static final int MOST_SMALL = 16;
    private static final int MOST_LARGE = 2;

    /** Slots of one size. */
    public record Size(int count, int tokens) {}

    public TargetSlotPlan {
        sizes = List.copyOf(sizes);
    }

    /**
     * Returns the slots for a model. No slot is longer than the model's positions; if that makes both sizes equal, they
     * become one. A size without a count gets half of the budget.
     */
    public static TargetSlotPlan of(TargetSettings.Slots settings, ModelMemory model, SlotBudget budget) {
        Size small = size(settings.small(), MOST_SMALL, model, budget);
        Size large = size(settings.large(), MOST_LARGE, model, budget);
        List<Size> sizes = new ArrayList<>();
        if (small.tokens == large.tokens) {
            sizes.add(new Size(small.count + large.count, small.tokens));
        } else {
            sizes.addAll(List.of(small, large));
            sizes.removeIf(size -> size.count == 0);
        }
        long bytes = sizes.stream()
                .mapToLong(size -> size.count * model.slotBytes(size.tokens))
                .sum();
        return new TargetSlotPlan(sizes, bytes);
    }

    private static Size size(TargetSettings.Slots.Size settings, int most, ModelMemory model, SlotBudget budget) {
        int tokens = Math.min(settings.tokens(), model.positions());
        @Nullable Integer count = settings.count();
        return new Size(count == null ? budget.slots(0.5, model.slotBytes(tokens), most) : count, tokens);
    }

    /** Returns a text for people: "16 slots of 2048 tokens and 2 of 8192". */
    @Override
    public String toString() {
        return sizes.stream()
                .map(size -> size.count + (size.count == 1 ? " slot of " : " slots of ") + size.tokens + " tokens")
                .collect(Collectors.joining(" and "));
    }
}
