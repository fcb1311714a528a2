package io.speckv.text.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A format specification of Python's: {@code [[fill]align][sign][z][#][0][width][grouping][.precision][type]}.
 *
 * @param fill one character that pads
 * @param align one of {@code < > = ^}; empty where none is given
 * @param sign {@code +}, {@code -} or a space; empty where none is given
 * @param positiveZero whether what is rounded to zero has no sign
 * @param alternate whether integers have a prefix and floats a point
 * @param width in characters, at least; 0 for none
 * @param grouping what stands between groups of digits; empty for nothing
 * @param precision -1 where none is given
 * @param type one letter or {@code %}; empty where none is given
 */
record FormatSpec(
        String fill,
        String align,
        String sign,
        boolean positiveZero,
        boolean alternate,
        int width,
        String grouping,
        int precision,
        String type) {
    private static final Pattern SPEC = Pattern.compile(
            "(?s)(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\\d{1,6})?([,_])?(?:\\.(\\d{1,4}))?([a-zA-Z%])?");
    private static final int GROUP = 3;
    private static final int BINARY_GROUP = 4;

    /**
     * @param number whether it is a number's: zeros before its width then stand behind its sign
     * @throws JinjaException if the text is no specification
     */
    static FormatSpec parse(String spec, boolean number) {
        Matcher parts = SPEC.matcher(spec);
        if (!parts.matches()) {
            throw new JinjaException("Invalid format specifier '" + spec + "'");
        }
        boolean zeros = parts.group(6) != null;
        String align = orEmpty(parts.group(2));
        return new FormatSpec(
                parts.group(1) != null ? parts.group(1) : zeros ? "0" : " ",
                align.isEmpty() && zeros && number ? "=" : align,
                orEmpty(parts.group(3)),
                parts.group(4) != null,
                parts.group(5) != null,
                parts.group(7) == null ? 0 : Integer.parseInt(parts.group(7)),
                orEmpty(parts.group(8)),
                parts.group(9) == null ? -1 : Integer.parseInt(parts.group(9)),
                orEmpty(parts.group(10)));
    }

    /** Returns what stands before a number: its minus, or what is asked for in its place. */
    String signOf(boolean negative) {
        return negative ? "-" : sign.equals("-") ? "" : sign;
    }

    /** Returns a text of the width: a sign, and digits or letters behind it. */
    String aligned(String signed, String body, String otherwise) {
        String where = align.isEmpty() ? otherwise : align;
        int missing = width - PythonText.length(signed) - PythonText.length(body);
        if (missing <= 0) {
            return signed + body;
        }
        return switch (where) {
            case "<" -> signed + body + fill.repeat(missing);
            case "=" -> signed + fill.repeat(missing) + body;
            case "^" -> fill.repeat(missing / 2) + signed + body + fill.repeat(missing - missing / 2);
            default -> fill.repeat(missing) + signed + body;
        };
    }

    /**
     * Returns digits in groups. Zeros that fill a width are grouped too.
     *
     * @param body digits, and what follows them
     * @param before how many characters stand before them
     */
    String grouped(String body, int before) {
        if (grouping.isEmpty()) {
            return body;
        }
        // The e of an exponent is no digit.
        int base = type.equals("x") || type.equals("X") ? 16 : 10;
        int end = 0;
        while (end < body.length() && Character.digit(body.charAt(end), base) >= 0) {
            end++;
        }
        if (end == 0) {
            return body;
        }
        int size = "bBoOxX".contains(type) && !type.isEmpty() ? BINARY_GROUP : GROUP;
        String digits = body.substring(0, end);
        int room = fill.equals("0") && align.equals("=") ? width - before - (body.length() - end) : 0;
        while (digits.length() + (digits.length() - 1) / size < room) {
            digits = "0" + digits;
        }
        StringBuilder grouped = new StringBuilder(digits);
        for (int i = digits.length() - size; i > 0; i -= size) {
            grouped.insert(i, grouping);
        }
        return grouped + body.substring(end);
    }

    private static String orEmpty(@Nullable String part) {
        return part == null ? "" : part;
    }
}
