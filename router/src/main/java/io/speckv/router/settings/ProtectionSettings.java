package io.speckv.router.settings;

import java.util.List;

/**
 * Which tokens of a prompt stay whatever their scores, unless the request decides.
 *
 * @param rule structure or none
 * @param share largest share of the budget that protected tokens take: above 0, at most 1
 * @param turns together or frozen: how the turns of a chat before its last one are kept
 * @param recentTokens most tokens of the recent turns that stay verbatim where turns are frozen, at least 0
 * @param onCollapse report or whole: what happens if a choice of tokens looks wrong
 */
public record ProtectionSettings(String rule, double share, String turns, int recentTokens, String onCollapse) {
    private static final String STRUCTURE = "structure";
    private static final String FROZEN = "frozen";
    private static final String WHOLE = "whole";

    public ProtectionSettings {
        requireOneOf("rule", rule, List.of(STRUCTURE, "none"));
        requireOneOf("turns", turns, List.of("together", FROZEN));
        requireOneOf("on-collapse", onCollapse, List.of("report", WHOLE));
        if (recentTokens < 0) {
            throw new IllegalArgumentException("recent-tokens is " + recentTokens + ", must be at least 0");
        }
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", must be above 0 and at most 1");
        }
    }

    public boolean isStructure() {
        return rule.equals(STRUCTURE);
    }

    public boolean isFrozen() {
        return turns.equals(FROZEN);
    }

    public boolean wholeOnCollapse() {
        return onCollapse.equals(WHOLE);
    }

    private static void requireOneOf(String key, String value, List<String> known) {
        if (!known.contains(value)) {
            throw new IllegalArgumentException(key + " is " + value + ", must be one of " + known);
        }
    }
}
