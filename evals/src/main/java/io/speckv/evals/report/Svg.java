package io.speckv.evals.report;

import java.util.Arrays;
import java.util.Locale;

/** Text of SVG and HTML: numbers with one decimal, names escaped. */
public final class Svg {
    private Svg() {}

    /** Returns {@code pattern} with each {@code %s} replaced by a number. */
    public static String format(String pattern, double... numbers) {
        Object[] texts = Arrays.stream(numbers)
                .mapToObj(number -> String.format(Locale.ROOT, "%.1f", number))
                .toArray();
        return String.format(Locale.ROOT, pattern, texts);
    }

    /** Returns {@code text} with HTML's special characters escaped. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
