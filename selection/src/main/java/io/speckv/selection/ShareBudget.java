package io.speckv.selection;

/**
 * A share of the prompt, rounded up: SpecPrefill's percentage, LLMLingua-2's rate.
 *
 * @param share in (0, 1]
 * @param least fewest entries, at least 1; a shorter prompt keeps all of its entries
 */
public record ShareBudget(double share, int least) implements Budget {
    /** A share that keeps at least 1 entry. */
    public ShareBudget(double share) {
        this(share, 1);
    }

    public ShareBudget {
        InvalidSettingException.require(least >= 1, "window_size", least - 1, "must not be negative");
        InvalidSettingException.require(share > 0 && share <= 1, "keep_rate", share, "must be above 0 and at most 1");
    }

    @Override
    public int floor(int promptTokens) {
        return Math.max(least, (int) Math.ceil(share * promptTokens));
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
        return new ShareBudget(share, Math.max(1, least / unitTokens));
    }
}
