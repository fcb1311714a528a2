package io.speckv.text.jinja;

import java.util.Locale;
import java.util.function.IntFunction;

/** Upper, lower and title case of Python's strings, by Unicode's full mappings, which may lengthen a text. */
final class PythonCase {
    private static final int FINAL_SIGMA = 'ς';
    private static final int SIGMA = 'σ';
    private static final int CAPITAL_SIGMA = 'Σ';
    private static final int DOTLESS_I = 'ı';
    private static final int N_WITH_APOSTROPHE = '\u0149';
    private static final char IOTA_BELOW = '\u0345';
    private static final char CAPITAL_IOTA = '\u0399';
    /** Characters that case rules ignore within a word, besides marks, formats and modifiers. */
    private static final String IGNORABLE =
            "'.:^`\u00a8\u00af\u00b4\u00b7\u00b8\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52"
                    + "\ufe55\uff07\uff0e\uff1a";

    private PythonCase() {}

    static String lower(String text) {
        return mapped(text, place -> lower(text, place));
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    /** Returns the text with its first character in title case and the others in lower case. */
    static String capitalize(String text) {
        return mapped(text, place -> place == 0 ? title(text.codePointAt(0)) : lower(text, place));
    }

    /** Returns the text with each cased letter in lower case after another cased letter, and in title case elsewhere. */
    static String title(String text) {
        return mapped(
                text,
                place -> place > 0 && isCased(text.codePointBefore(place))
                        ? lower(text, place)
                        : title(text.codePointAt(place)));
    }

    static String swap(String text) {
        return mapped(text, place -> {
            int c = text.codePointAt(place);
            return Character.isUpperCase(c)
                    ? lower(text, place)
                    : Character.isLowerCase(c) ? upper(Character.toString(c)) : Character.toString(c);
        });
    }

    /** Returns the case-folded text: equal for texts that differ only in case. */
    static String fold(String text) {
        return mapped(text, place -> fold(text.codePointAt(place)));
    }

    /** Returns whether the text has cased letters, all of them in upper case or all in lower case. */
    static boolean isAll(String text, boolean upper) {
        return text.codePoints()
                        .noneMatch(c -> Character.isTitleCase(c)
                                || (upper ? Character.isLowerCase(c) : Character.isUpperCase(c)))
                && text.codePoints().anyMatch(c -> upper ? Character.isUpperCase(c) : Character.isLowerCase(c));
    }

    /** Returns whether upper case follows only uncased characters and lower case only cased ones, with at least one letter. */
    static boolean isTitle(String text) {
        boolean within = false;
        boolean any = false;
        for (int c : text.codePoints().toArray()) {
            boolean capital = Character.isUpperCase(c) || Character.isTitleCase(c);
            boolean small = Character.isLowerCase(c);
            if ((capital && within) || (small && !within)) {
                return false;
            }
            within = capital || small;
            any |= within;
        }
        return any;
    }

    private static String mapped(String text, IntFunction<String> atPlace) {
        StringBuilder mapped = new StringBuilder(text.length());
        for (int place = 0; place < text.length(); place += Character.charCount(text.codePointAt(place))) {
            mapped.append(atPlace.apply(place));
        }
        return mapped.toString();
    }

    private static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    private static String lower(String text, int place) {
        int c = text.codePointAt(place);
        return c == CAPITAL_SIGMA
                ? Character.toString(endsWord(text, place) ? FINAL_SIGMA : SIGMA)
                : Character.toString(c).toLowerCase(Locale.ROOT);
    }

    /** Returns whether a cased letter comes before a place and none after it; ignorable characters between do not count. */
    private static boolean endsWord(String text, int place) {
        int before = place;
        while (before > 0 && isIgnorable(text.codePointBefore(before))) {
            before -= Character.charCount(text.codePointBefore(before));
        }
        int after = place + 1;
        while (after < text.length() && isIgnorable(text.codePointAt(after))) {
            after += Character.charCount(text.codePointAt(after));
        }
        return before > 0
                && isCased(text.codePointBefore(before))
                && (after == text.length() || !isCased(text.codePointAt(after)));
    }

    private static boolean isIgnorable(int c) {
        return IGNORABLE.indexOf(c) >= 0
                || switch (Character.getType(c)) {
                    case Character.NON_SPACING_MARK,
                            Character.ENCLOSING_MARK,
                            Character.FORMAT,
                            Character.MODIFIER_LETTER,
                            Character.MODIFIER_SYMBOL -> true;
                    default -> false;
                };
    }

    /** Java has title case only for single characters. If upper case gives several, the first of them stays upper case. */
    private static String title(int c) {
        String upper = upper(Character.toString(c));
        if (Character.isTitleCase(c) || Character.toTitleCase(c) != c || upper.codePointCount(0, upper.length()) == 1) {
            return Character.toString(Character.toTitleCase(c));
        }
        if (c == N_WITH_APOSTROPHE) {
            return upper;
        }
        if (c >= 0x1f80 && upper.charAt(upper.length() - 1) == CAPITAL_IOTA) {
            return upper.substring(0, upper.length() - 1) + IOTA_BELOW;
        }
        return upper.charAt(0) + lower(upper.substring(1));
    }

    private static String fold(int c) {
        if (c == DOTLESS_I) {
            return Character.toString(c);
        }
        String upper = upper(Character.toString(c).toLowerCase(Locale.ROOT));
        // Cherokee is the exception: it folds to its older letters, the capitals.
        return Character.UnicodeScript.of(c) == Character.UnicodeScript.CHEROKEE
                ? upper
                : upper.toLowerCase(Locale.ROOT);
    }
}
