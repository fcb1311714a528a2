package io.speckv.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's {@code format % values}. */
final class PercentFormat {
    private static final Pattern PLACE =
            Pattern.compile("%(?:\\(([^)]*)\\))?([-+ #0]*)(\\*|\\d{1,6})?(?:\\.(\\*|\\d{0,4}))?[hlL]?([a-zA-Z%])");
    private static final int WIDTH_MOST = 999_999;

    private final Object values;
    private final List<Object> positional;
    private int used;
    private boolean named;

    private PercentFormat(Object values) {
        this.values = values;
        this.positional = values instanceof Tuple tuple ? tuple : List.of(values);
    }

    static String format(String format, Object values) {
        return new PercentFormat(values).filled(format);
    }

    private String filled(String format) {
        StringBuilder text = new StringBuilder();
        Matcher place = PLACE.matcher(format);
        int at = 0;
        while (place.find(at)) {
            requireNoSign(format, at, place.start());
            text.append(format, at, place.start());
            at = place.end();
            text.append(place.group(5).equals("%") ? "%" : filled(place));
        }
        requireNoSign(format, at, format.length());
        // A value that is looked into by names or places may be left unused.
        boolean container = values instanceof Map<?, ?> || (values instanceof List<?> && !(values instanceof Tuple));
        if (used < positional.size() && !named && !container) {
            throw new JinjaException("not all arguments converted during string formatting");
        }
        return text.append(format, at, format.length()).toString();
    }

    private static void requireNoSign(String format, int from, int to) {
        if (format.substring(from, to).indexOf('%') >= 0) {
            throw new JinjaException("a format string has a '%' that begins no place");
        }
    }

    private String filled(Matcher place) {
        String flags = place.group(2);
        int width = number(place.group(3), 0);
        int precision = place.group(4) != null && place.group(4).isEmpty()
                ? 0
                : place.group(4) == null ? -1 : Math.max(0, number(place.group(4), -1));
        // A negative width, as only '*' gives one, is one that stands left.
        boolean left = flags.contains("-") || width < 0;
        Object value = place.group(1) == null ? next() : byName(place.group(1));
        String sign = flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
        FormatSpec spec = new FormatSpec(
                flags.contains("0") && !left ? "0" : " ",
                left ? "<" : flags.contains("0") ? "=" : ">",
                sign,
                false,
                flags.contains("#"),
                Math.abs(width),
                "",
                precision,
                place.group(5));
        return formatted(value, spec);
    }

    private int number(@Nullable String written, int otherwise) {
        if (written == null) {
            return otherwise;
        }
        int number = written.equals("*") ? Values.requireInt(next()) : Integer.parseInt(written);
        if (Math.abs((long) number) > WIDTH_MOST) {
            throw new JinjaException("a width or precision in a format string is above " + WIDTH_MOST);
        }
        return number;
    }

    private Object next() {
        if (used == positional.size()) {
            throw new JinjaException("not enough arguments for format string");
        }
        return positional.get(used++);
    }

    private Object byName(String name) {
        if (!(values instanceof Map<?, ?> map)) {
            throw new JinjaException("format requires a mapping");
        }
        named = true;
        if (!map.containsKey(name)) {
            throw new JinjaException("a format string names " + PythonText.repr(name) + ", which is not a key");
        }
        return Objects.requireNonNull((Object) map.get(name));
    }

    private static String formatted(Object value, FormatSpec spec) {
        return switch (spec.type()) {
            case "s" -> text(Printing.str(value), spec);
            case "r" -> text(Printing.repr(value), spec);
            case "a" -> text(PythonText.ascii(Printing.repr(value)), spec);
            case "c" -> text(character(value), spec);
            case "d", "i", "u", "x", "X", "o" -> whole(value, spec);
            case "e", "E", "f", "F", "g", "G" -> real(requireNumber(value, spec), spec);
            default -> throw new JinjaException("unsupported format character '" + spec.type() + "'");
        };
    }

    private static String text(String text, FormatSpec spec) {
        boolean cut = spec.precision() >= 0 && !spec.type().equals("c") && PythonText.length(text) > spec.precision();
        String body = cut ? text.substring(0, text.offsetByCodePoints(0, spec.precision())) : text;
        int missing = Math.max(0, spec.width() - PythonText.length(body));
        return spec.align().equals("<") ? body + " ".repeat(missing) : " ".repeat(missing) + body;
    }

    private static String character(Object value) {
        if (value instanceof String text && PythonText.length(text) == 1) {
            return text;
        }
        if (!PythonNumber.isInteger(value)) {
            throw new JinjaException("a place for a character takes an integer or one character");
        }
        return NumberFormat.digits(PythonNumber.big(value), "c");
    }

    private static String whole(Object value, FormatSpec spec) {
        Object number = requireNumber(value, spec);
        if (number instanceof Double && "xXo".contains(spec.type())) {
            throw new JinjaException("%" + spec.type() + " format: an integer is required, not float");
        }
        var whole = NumberFormat.truncated(number);
        String digits = NumberFormat.digits(whole, spec.type());
        String zeros = "0".repeat(Math.max(0, spec.precision() - digits.length()));
        String prefix = spec.alternate() ? NumberFormat.prefix(spec.type()) : "";
        return spec.aligned(spec.signOf(whole.signum() < 0) + prefix, zeros + digits, ">");
    }

    private static String real(Object number, FormatSpec spec) {
        double value = PythonNumber.real(number);
        boolean negative = Math.copySign(1, value) < 0 && !Double.isNaN(value);
        return spec.aligned(
                spec.signOf(negative), RealDigits.of(value, spec.type(), spec.precision(), spec.alternate()), ">");
    }

    private static Object requireNumber(Object value, FormatSpec spec) {
        if (!PythonNumber.isNumber(value)) {
            throw new JinjaException(
                    "%" + spec.type() + " format: a number is required, not " + Values.typeName(value));
        }
        return value;
    }
}
