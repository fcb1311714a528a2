package io.speckv.selection.method;

import io.speckv.selection.Budget;
import io.speckv.selection.FixedBudget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.LengthBudget;
import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.ScoreMassBudget;
import io.speckv.selection.ShareBudget;
import io.speckv.selection.UnlimitedBudget;
import io.speckv.selection.prompt.TextRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keys that several methods share, each with one meaning for all. */
final class Keys {
    static final int DEFAULT_CAPACITY = 1024;
    /** Whether lines of code and of tables stay or go as a whole. */
    static final String WHOLE_LINES = "whole_lines";
    /** Whether the target reads a mark where text was left out. */
    static final String MARKS = "marks";

    /** The share of the uniform budget that every head keeps in any case, as in AdaKV's paper and kvpress. */
    static final double HEAD_FLOOR = 0.2;

    private static final Map<String, PoolType> POOL_TYPES =
            Map.of("max", PoolType.MAX, "mean", PoolType.MEAN, "avg", PoolType.MEAN, "none", PoolType.NONE);
    private static final Map<String, PoolType> SPECKV_POOL_TYPES = Map.of("max", PoolType.MAX, "mean", PoolType.MEAN);
    private static final Map<String, Reduction> REDUCTIONS = Map.of("max", Reduction.MAX, "mean", Reduction.MEAN);

    private Keys() {}

    static int capacity(Settings settings) {
        return settings.integer("max_capacity_prompt", DEFAULT_CAPACITY);
    }

    static int window(Settings settings, int fallback) {
        return settings.integer("window_size", fallback);
    }

    /**
     * Returns a window with a key of its own. The policy that takes it knows it as {@code window_size}, so it is checked here by the
     * name that was set.
     *
     * @param least 0 or 1
     */
    static int windowBelow(int capacity, Settings settings, String key, int fallback, int least) {
        int window = settings.integer(key, fallback);
        InvalidSettingException.require(
                window >= least, key, window, least == 0 ? "must not be negative" : "must be at least " + least);
        InvalidSettingException.require(
                window < capacity, key, window, "must be below max_capacity_prompt (" + capacity + ")");
        return window;
    }

    /** Returns how many tokens the target decodes to choose, checked by the name that was set. */
    static int decodedTokens(Settings settings, String key, int fallback) {
        int tokens = settings.integer(key, fallback);
        InvalidSettingException.require(tokens >= 1, key, tokens, "must be at least 1");
        return tokens;
    }

    static Pooling.ZeroPadded zeroPadded(Settings settings, int kernel) {
        return new Pooling.ZeroPadded(
                settings.choice("pool_type", "max", POOL_TYPES), settings.integer("kernel_size", kernel));
    }

    static Pooling.Centred centred(Settings settings) {
        return new Pooling.Centred(settings.choice("pool_type", "max", POOL_TYPES), settings.integer("kernel_size", 7));
    }

    static Pooling.Centred specKvPooling(Settings settings) {
        return new Pooling.Centred(
                settings.choice("pool_type", "max", SPECKV_POOL_TYPES), settings.integer("kernel_size", 7));
    }

    static Reduction reduction(Settings settings, String key, String fallback) {
        return settings.choice(key, fallback, REDUCTIONS);
    }

    static TextRules text(Settings settings) {
        return new TextRules(settings.flag(WHOLE_LINES, false), settings.flag(MARKS, false));
    }

    /** Returns a count, or with {@code score_mass} a share of the mass between {@code floor} and {@code cap}. */
    static Budget countOrMass(Settings settings, int windowSize) {
        return countOrMass(settings, windowSize, capacity(settings));
    }

    /** Returns the same, or an unlimited budget if {@code max_capacity_prompt} is null and no mass is set. */
    static Budget countOrMassOrNone(Settings settings, int windowSize) {
        Integer capacity = settings.integerOrNull("max_capacity_prompt", DEFAULT_CAPACITY);
        Budget counted = countOrMass(settings, windowSize, capacity == null ? DEFAULT_CAPACITY : capacity);
        return capacity == null && !settings.has("score_mass") ? new UnlimitedBudget() : counted;
    }

    private static Budget countOrMass(Settings settings, int windowSize, int capacity) {
        if (settings.has("score_mass")) {
            int cap = settings.integer("cap", capacity);
            int floor = settings.integer("floor", Math.min(windowSize + 1, cap));
            return new ScoreMassBudget(settings.number("score_mass", 1), floor, cap);
        }
        for (String key : List.of("floor", "cap")) {
            if (settings.has(key)) {
                throw InvalidSettingException.of(key, settings.integer(key, 0), "needs score_mass to be set, too");
            }
        }
        return new FixedBudget(capacity);
    }

    /** Returns a count, or with {@code keep_rate} or {@code keep_rate_by_length} a share of the prompt. */
    static Budget countOrShare(Settings settings) {
        return share(settings, 1).orElseGet(() -> new FixedBudget(capacity(settings)));
    }

    /** Returns a count, a share of the mass, or a share of the prompt, with room for the window and one more token. */
    static Budget countOrMassOrShare(Settings settings, int windowSize) {
        return share(settings, windowSize + 1).orElseGet(() -> countOrMass(settings, windowSize));
    }

    private static Optional<Budget> share(Settings settings, int least) {
        for (String key : List.of(BudgetKeys.RATE, BudgetKeys.RATE_BY_LENGTH)) {
            if (settings.has(key)) {
                BudgetKeys.beside(key, settings.values()).stream().findFirst().ifPresent(other -> {
                    throw InvalidSettingException.of(
                            key, settings.values().get(key), "cannot be set together with " + other);
                });
                return Optional.of(
                        key.equals(BudgetKeys.RATE)
                                ? new ShareBudget(settings.number(key, 1), least)
                                : new LengthBudget(settings.numbersByCount(key), least));
            }
        }
        return Optional.empty();
    }
}
