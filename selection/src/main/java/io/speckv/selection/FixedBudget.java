package io.speckv.selection;

/** The same count for every prompt: the papers' {@code max_capacity_prompt}. */
public record FixedBudget(int tokens) implements Budget {
    public FixedBudget {
        InvalidSettingException.require(tokens >= 1, "max_capacity_prompt", tokens, "must be at least 1");
    }

    @Override
    public int floor(int promptTokens) {
        return tokens;
    }

    @Override
    public int cap(int promptTokens) {
        return tokens;
    }

    @Override
    public int take(float[] mass, int[] order, int pinned) {
        return Math.min(order.length, Math.max(0, tokens - pinned));
    }

    @Override
    public Budget inUnitsOf(int unitTokens) {
        return new FixedBudget(Math.max(1, tokens / unitTokens));
    }

    @Override
    public int[] select(float[] ranking, float[] mass, int pinned) {
        return TopK.ascending(ranking, Math.max(0, tokens - pinned));
    }
}
