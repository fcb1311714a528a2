package io.speckv.draft;

import io.speckv.engine.torch.ModelMemory;
import io.speckv.serving.SlotBudget;
import org.jspecify.annotations.Nullable;

/**
 * The cache slots of a draft: its settings, within the limits of model and memory.
 *
 * @param count at least 1
 * @param promptTokens longest prompt that leaves room for the lookahead, at least 1
 * @param lookaheadTokens most tokens that follow the prompt
 * @param bytes of all slots when they are full
 */
public record DraftSlotPlan(int count, int promptTokens, int lookaheadTokens, long bytes) {
    private static final int MOST = 4;

    /**
     * Returns the slots for a model.
     *
     * @throws IllegalArgumentException if the lookahead alone fills the model's positions
     */
    public static DraftSlotPlan of(
            DraftSettings.Limits limits, DraftSettings.Queue queue, ModelMemory model, SlotBudget budget) {
        int lookahead = limits.lookaheadTokens();
        if (model.positions() <= lookahead) {
            throw new IllegalArgumentException("lookahead-tokens is " + lookahead + ", must be below the model's "
                    + model.positions() + " positions");
        }
        int prompt = Math.min(limits.promptTokens(), model.positions() - lookahead);
        long slotBytes = model.slotBytes(prompt + lookahead);
        @Nullable Integer running = queue.running();
        int count = running == null ? budget.slots(1, slotBytes, MOST) : running;
        return new DraftSlotPlan(count, prompt, lookahead, count * slotBytes);
    }

    /** Returns how many tokens one slot holds. */
    public int tokens() {
        return promptTokens + lookaheadTokens;
    }

    /** Returns a text for people: "4 slots of 8192 tokens". */
    @Override
    public String toString() {
        return count + (count == 1 ? " slot of " : " slots of ") + tokens() + " tokens";
    }
}
