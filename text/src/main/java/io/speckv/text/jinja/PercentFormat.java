package io.speckv.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code format % values}. */
final class PercentFormat {
    private static final Pattern PLACE =
            Pattern.compile("%(?:\\(([^)]*)\\))?([-+ #0]*)(\\*|\\d{1,6})?(?:\\.(\\*|\\d{1,4}))?[hlL]?([a-zA-Z%])");

    private PercentFormat() {}

    static String format(String format, Object values) {
        List<Object> positional = values instanceof Tuple tuple ? tuple : List.of(values);
        StringBuilder text = new StringBuilder();
        Matcher place = PLACE.matcher(format);
        int at = 0;
        int used = 0;
        boolean named = false;
        while (place.find(at)) {
            requireNoSign(format, at, place.start());
            text.append(format, at, place.start());
            at = place.end();
            if (place.group(5).equals("%")) {
                text.append('%');
                continue;
            }
            Object value;
            if (place.group(1) != null) {
                if (!(values instanceof Map<?, ?>)) {
                    throw new JinjaException("format requires a mapping");
                }
                value = Lookup.item(values, place.group(1));
                named = true;
            } else if (used < positional.size()) {
                value = positional.get(used++);
            } else {
                throw new JinjaException("not enough arguments for format string");
            }
            text.append(formatted(value, place));
        }
        requireNoSign(format, at, format.length());
        if (used < positional.size() && !named && !(values instanceof Map<?, ?>)) {
            throw new JinjaException("not all arguments converted during string formatting");
        }
        return text.append(format, at, format.length()).toString();
    }

    private static void requireNoSign(String format, int from, int to) {
        if (format.substring(from, to).indexOf('%') >= 0) {
            throw new JinjaException("a format string has a '%' that begins no place");
        }
    }

    private static String formatted(Object value, Matcher place) {
        String flags = place.group(2);
        String width = place.group(3) == null ? "" : place.group(3);
        String precision = place.group(4) == null ? "" : "." + place.group(4);
        if (width.equals("*") || precision.equals(".*")) {
            throw new JinjaException("'*' in a format string is not supported");
        }
        String type = place.group(5);
        String align = flags.contains("-") ? "<" : "";
        switch (type) {
            case "s", "r", "a" -> {
                String text = type.equals("s") ? Printing.str(value) : Printing.repr(value);
                return NumberFormat.format(text, (align.isEmpty() ? ">" : align) + width + precision);
            }
            case "c" -> {
                return value instanceof String text ? text : NumberFormat.number(value, "c", -1, false);
            }
            case "d", "i", "u", "x", "X", "o", "e", "E", "f", "F", "g", "G" -> {
                if (!PythonNumber.isNumber(value)) {
                    throw new JinjaException(
                            "%" + type + " format: a number is required, not " + Values.typeName(value));
                }
                boolean whole = "diuxXo".contains(type);
                Object number = whole && value instanceof Double real
                        ? PythonNumber.integer(new java.math.BigDecimal(real).toBigInteger())
                        : value instanceof Boolean flag ? (Object) (flag ? 1L : 0L) : value;
                String sign = flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
                String zero = flags.contains("0") && align.isEmpty() ? "0" : "";
                String kind = "iu".contains(type) ? "d" : type;
                return NumberFormat.format(
                        number,
                        align
                                + sign
                                + (flags.contains("#") ? "#" : "")
                                + zero
                                + width
                                + (whole ? "" : precision)
                                + kind);
            }
            default -> throw new JinjaException("unsupported format character '" + type + "'");
        }
    }
}
