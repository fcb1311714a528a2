package io.speckv.selection;

/** Everything stays: {@code max_capacity_prompt: null}, SpecKV's sparse-prefill-only mode. */
public record UnlimitedBudget() implements Budget {
    @Override
    public int floor(int promptTokens) {
        return promptTokens;
    }

    @Override
    public int cap(int promptTokens) {
        return promptTokens;
    }

    @Override
    public int take(float[] mass, int[] order, int pinned) {
        return order.length;
    }

    @Override
    public Budget inUnitsOf(int unitTokens) {
        return this;
    }
}
