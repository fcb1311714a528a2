package io.speckv.evals.ruler;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * RULER's scores: which references occur in the prediction, ignoring case.
 *
 * <p>An answer that repeats the whole context would score 1, so predictions must be limited in length. Source: the
 * evaluation scripts of RULER, {@code string_match_all} and {@code string_match_part}.
 */
final class RulerScore {
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f]");

    private RulerScore() {}

    /** Returns the share of {@code references} that occur in {@code prediction}, 0 to 1. */
    static double matchAll(String prediction, List<String> references) {
        return (double) hits(prediction, references) / references.size();
    }

    /** Returns 1 if any of {@code references} occurs in {@code prediction}, else 0. */
    static double matchPart(String prediction, List<String> references) {
        return hits(prediction, references) > 0 ? 1 : 0;
    }

    /** Returns the prediction as it is scored: control characters as line ends, without blanks around it. */
    static String clean(String prediction) {
        return CONTROL.matcher(prediction.strip()).replaceAll("\n").strip();
    }

    private static long hits(String prediction, List<String> references) {
        if (references.isEmpty()) {
            throw new IllegalArgumentException("a RULER sample needs at least one reference to score against");
        }
        String lowered = clean(prediction).toLowerCase(Locale.ROOT);
        return references.stream()
                .filter(reference -> lowered.contains(reference.toLowerCase(Locale.ROOT)))
                .count();
    }
}
