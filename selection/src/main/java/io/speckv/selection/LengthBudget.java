package io.speckv.selection;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A share of the prompt that depends on its length. Long prompts repeat themselves, so a smaller share is enough for them
 * than for short ones.
 *
 * @param shares by prompt tokens, each in (0, 1], at least one. Between two given lengths the share is interpolated
 *     linearly; outside of all it is that of the nearest length
 * @param least fewest entries, at least 1; a shorter prompt keeps all of its entries
 */
public record LengthBudget(NavigableMap<Integer, Double> shares, int least) implements Budget {
    public LengthBudget {
        InvalidSettingException.require(
                !shares.isEmpty(), "keep_rate_by_length", shares, "must have at least one length with its share");
        InvalidSettingException.require(
                shares.firstKey() >= 1, "keep_rate_by_length", shares, "must have lengths of at least 1");
        InvalidSettingException.require(
                shares.values().stream().allMatch(share -> share > 0 && share <= 1),
                "keep_rate_by_length",
                shares,
                "must have shares above 0 and at most 1");
        InvalidSettingException.require(least >= 1, "window_size", least - 1, "must not be negative");
        shares = Collections.unmodifiableNavigableMap(new TreeMap<>(shares));
    }

    /** Returns the share of a prompt of {@code promptTokens} tokens. */
    public double share(int promptTokens) {
        Map.Entry<Integer, Double> below = shares.floorEntry(promptTokens);
        Map.Entry<Integer, Double> above = shares.ceilingEntry(promptTokens);
        if (below == null || above == null) {
            return (below == null ? shares.firstEntry() : shares.lastEntry()).getValue();
        }
        int apart = above.getKey() - below.getKey();
        double way = apart == 0 ? 0 : (promptTokens - below.getKey()) / (double) apart;
        return below.getValue() + way * (above.getValue() - below.getValue());
    }

    private ShareBudget of(int promptTokens) {
        return new ShareBudget(share(promptTokens), least);
    }

    @Override
    public int floor(int promptTokens) {
        return of(promptTokens).floor(promptTokens);
    }

    @Override
    public int cap(int promptTokens) {
        return of(promptTokens).cap(promptTokens);
    }

    @Override
    public int take(float[] mass, int[] order, int pinned) {
        return of(mass.length + pinned).take(mass, order, pinned);
    }

    @Override
    public Budget inUnitsOf(int unitTokens) {
        TreeMap<Integer, Double> inUnits = new TreeMap<>();
        shares.forEach((length, share) -> inUnits.putIfAbsent(Math.max(1, length / unitTokens), share));
        return new LengthBudget(inUnits, Math.max(1, least / unitTokens));
    }
}
