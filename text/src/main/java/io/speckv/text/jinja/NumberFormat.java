package io.speckv.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** Python's {@code format(value, specification)}, of texts and numbers. */
final class NumberFormat {
    private static final String WHOLE = "bcdoxXn";
    private static final String REAL = "eEfFgGn%";
    private static final Pattern ZERO = Pattern.compile("[0.]+(?:[eE][+-][0-9]+)?%?");

    private NumberFormat() {}

    static String format(Object value, String spec) {
        if (spec.isEmpty()) {
            return Printing.str(value);
        }
        if (value instanceof String text) {
            return text(text, FormatSpec.parse(spec, false));
        }
        Values.requireDefined(value);
        if (!PythonNumber.isNumber(value)) {
            throw new JinjaException(
                    "unsupported format string passed to " + Values.typeName(value) + ".__format__: '" + spec + "'");
        }
        FormatSpec parsed = FormatSpec.parse(spec, true);
        boolean whole = PythonNumber.isInteger(value);
        if (whole && (parsed.type().isEmpty() || WHOLE.contains(parsed.type()))) {
            return whole(PythonNumber.big(value), parsed);
        }
        if (!parsed.type().isEmpty() && !REAL.contains(parsed.type())) {
            throw unknown(parsed, value);
        }
        return real(PythonNumber.real(value), parsed);
    }

    private static String text(String text, FormatSpec spec) {
        if (!spec.type().isEmpty() && !spec.type().equals("s")) {
            throw unknown(spec, text);
        }
        if (!spec.sign().isEmpty() || spec.alternate() || spec.positiveZero()) {
            throw new JinjaException("Sign, # and z are not allowed in string format specifier");
        }
        if (!spec.grouping().isEmpty()) {
            throw new JinjaException("Cannot specify '" + spec.grouping() + "' with 's'.");
        }
        if (spec.align().equals("=")) {
            throw new JinjaException("'=' alignment not allowed in string format specifier");
        }
        boolean cut = spec.precision() >= 0 && PythonText.length(text) > spec.precision();
        return spec.aligned("", cut ? text.substring(0, text.offsetByCodePoints(0, spec.precision())) : text, "<");
    }

    private static String whole(BigInteger value, FormatSpec spec) {
        if (spec.precision() >= 0) {
            throw new JinjaException("Precision not allowed in integer format specifier");
        }
        String type = spec.type();
        if (type.equals("c") && (!spec.sign().isEmpty() || spec.alternate())) {
            throw new JinjaException("Sign and # are not allowed with integer format specifier 'c'");
        }
        boolean decimal = type.isEmpty() || type.equals("d");
        if (!spec.grouping().isEmpty() && !decimal && (spec.grouping().equals(",") || "cn".contains(type))) {
            throw new JinjaException("Cannot specify '" + spec.grouping() + "' with '" + type + "'.");
        }
        String before =
                (type.equals("c") ? "" : spec.signOf(value.signum() < 0)) + (spec.alternate() ? prefix(type) : "");
        return spec.aligned(before, spec.grouped(digits(value, type), before.length()), ">");
    }

    private static String real(double value, FormatSpec spec) {
        String body = RealDigits.of(value, spec.type(), spec.precision(), spec.alternate());
        boolean zero = spec.positiveZero() && ZERO.matcher(body).matches();
        String before = spec.signOf(Math.copySign(1, value) < 0 && !zero && !Double.isNaN(value));
        return spec.aligned(before, spec.grouped(body, before.length()), ">");
    }

    static String prefix(String type) {
        return switch (type) {
            case "b", "o", "x", "X" -> "0" + type;
            default -> "";
        };
    }

    /** Returns an integer without its sign, in the base of its type; for {@code c} the character it is. */
    static String digits(BigInteger value, String type) {
        BigInteger whole = value.abs();
        return switch (type) {
            case "b" -> whole.toString(2);
            case "o" -> whole.toString(8);
            case "x" -> whole.toString(16);
            case "X" -> whole.toString(16).toUpperCase(Locale.ROOT);
            case "c" -> character(value);
            default -> whole.toString();
        };
    }

    private static String character(BigInteger value) {
        if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(Character.MAX_CODE_POINT)) > 0) {
            throw new JinjaException("there is no character " + value + ", the last is 1114111");
        }
        return Character.toString(value.intValueExact());
    }

    /** Returns the integer that a number is without its fraction. */
    static BigInteger truncated(Object number) {
        if (!(number instanceof Double real)) {
            return PythonNumber.big(number);
        }
        if (Double.isNaN(real) || Double.isInfinite(real)) {
            throw new JinjaException("cannot convert float " + PythonNumber.repr(real) + " to integer");
        }
        return new BigDecimal(real).toBigInteger();
    }

    private static JinjaException unknown(FormatSpec spec, Object value) {
        return new JinjaException(
                "Unknown format code '" + spec.type() + "' for object of type '" + Values.typeName(value) + "'");
    }
}
