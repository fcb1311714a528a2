package io.speckv.selection;

/**
 * A share of the prompt, rounded up: SpecPrefill's percentage, LLMLingua-2's rate.
 *
 * @param share in (0, 1]
 */
public record ShareBudget(double share) implements Budget {
    public ShareBudget {
        InvalidSettingException.require(share > 0 && share <= 1, "keep_rate", share, "must be above 0 and at most 1");
    }

    @Override
    public int floor(int promptTokens) {
        return (int) Math.ceil(share * promptTokens);
    }

    @Override
    public int cap(int promptTokens) {
        return floor(promptTokens);
    }

    @Override
    public int take(float[] mass, int[] order, int pinned) {
        return Math.min(order.length, Math.max(0, floor(mass.length + pinned) - pinned));
    }

    @Override
    public Budget inUnitsOf(int unitTokens) {
        return this;
    }
}
