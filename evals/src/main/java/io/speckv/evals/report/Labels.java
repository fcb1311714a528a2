package io.speckv.evals.report;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes numbers and names for reports. */
final class Labels {
    private Labels() {}

    /** Returns {@code length 4k, budget 128}; the length is left out for benchmarks without lengths. */
    static String place(int length, int budget) {
        String kept = budget == 0 ? "whole cache" : "budget " + budget(budget);
        return length == 0 ? kept : "length " + length(length) + ", " + kept;
    }

    /** Returns {@link #place} with a capital letter, for headings. */
    static String heading(int length, int budget) {
        String place = place(length, budget);
        return place.substring(0, 1).toUpperCase(Locale.ROOT) + place.substring(1);
    }

    /** Returns {@code 4k} for 4096, {@code 1000} for 1000, and {@code any} for benchmarks without lengths. */
    static String length(int tokens) {
        if (tokens == 0) {
            return "any";
        }
        return tokens % 1024 == 0 ? tokens / 1024 + "k" : Integer.toString(tokens);
    }

    /** Returns {@code 1k to 2k} for lengths above a power of two, up to the next one. */
    static String lengthGroup(int above) {
        return length(above) + " to " + length(2 * above);
    }

    /** Returns the budget; {@code whole} for the whole cache. */
    static String budget(int budget) {
        return budget == 0 ? "whole" : Integer.toString(budget);
    }

    /** Returns a share as a percentage with one decimal. */
    static String percent(double share) {
        return decimal(share * 100);
    }

    /** Returns a loss in nats as a share of a token's likelihood in %, with two decimals below 10 and none above. */
    static String loss(double nats) {
        double percent = 100 * FidelityCell.share(nats);
        if (Math.abs(percent) >= 9.995) {
            return String.format(Locale.ROOT, "%.0f", percent);
        }
        // Rounded first, so that there is no -0.00.
        return String.format(Locale.ROOT, "%.2f", Math.round(100 * percent) / 100.0);
    }

    /** Returns a number with one decimal, none from 1000 on. */
    static String decimal(double value) {
        // 999.95 is rounded to 1000, and there is no -0.0.
        return value >= 999.95
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", Math.abs(value) < 0.05 ? 0.0 : value);
    }

    /** Returns the label of a value, or {@code absent} for null. */
    static <T> String or(String absent, @Nullable T value, Function<T, Object> label) {
        return value == null ? absent : label.apply(value).toString();
    }

    /** Returns a task's name short enough for a column. */
    static String task(String name) {
        return name.replace("niah_single", "sngl")
                .replace("niah_multikey", "mkey")
                .replace("niah_multi", "m")
                .replace("passage_", "p_")
                .replace("multi", "m");
    }
}
