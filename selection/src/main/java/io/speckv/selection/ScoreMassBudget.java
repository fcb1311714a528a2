package io.speckv.selection;

/**
 * The smallest leading set that holds a share of the candidates' importance mass, between a floor and a cap. It is small for
 * prompts whose importance lies in few tokens, and large where it is spread out. Negative scores count as no mass. Without
 * any mass the floor is kept.
 *
 * @param share of the mass, in (0, 1]
 * @param floor fewest entries, window included
 * @param cap most entries, window included
 */
public record ScoreMassBudget(double share, int floor, int cap) implements Budget {
    public ScoreMassBudget {
        InvalidSettingException.require(share > 0 && share <= 1, "score_mass", share, "must be above 0 and at most 1");
        InvalidSettingException.require(floor >= 1, "floor", floor, "must be at least 1");
        InvalidSettingException.require(cap >= floor, "cap", cap, "must not be below floor (" + floor + ")");
    }

    @Override
    public int floor(int promptTokens) {
        return floor;
    }

    @Override
    public int cap(int promptTokens) {
        return cap;
    }

    @Override
    public int take(float[] mass, int[] order, int pinned) {
        double total = 0;
        for (float m : mass) {
            total += Math.max(0f, m);
        }
        int least = Math.min(order.length, Math.max(0, floor - pinned));
        int most = Math.min(order.length, Math.max(0, cap - pinned));
        double wanted = share * total;
        double held = 0;
        int count = 0;
        while (count < most && (count < least || held < wanted)) {
            held += Math.max(0f, mass[order[count++]]);
        }
        return count;
    }

    @Override
    public Budget inUnitsOf(int unitTokens) {
        int units = Math.max(1, cap / unitTokens);
        return new ScoreMassBudget(share, Math.min(units, (floor + unitTokens - 1) / unitTokens), units);
    }
}
