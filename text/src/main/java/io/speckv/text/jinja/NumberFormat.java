package io.speckv.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's format specifications: {@code [[fill]align][sign][#][0][width][grouping][.precision][type]}. */
final class NumberFormat {
    private static final Pattern SPEC =
            Pattern.compile("(?s)(?:(.)?([<>=^]))?([-+ ])?z?(#)?(0)?(\\d{1,6})?([,_])?(?:\\.(\\d{1,4}))?([a-zA-Z%])?");

    private NumberFormat() {}

    static String format(Object value, String spec) {
        if (spec.isEmpty()) {
            return Printing.str(value);
        }
        Matcher parts = SPEC.matcher(spec);
        if (!parts.matches()) {
            throw new JinjaException("Invalid format specifier '" + spec + "'");
        }
        boolean number = PythonNumber.isNumber(value) && !(value instanceof Boolean && parts.group(9) == null);
        String zero = parts.group(5);
        String fill = parts.group(1) != null ? parts.group(1) : zero != null ? "0" : " ";
        String align = parts.group(2) != null ? parts.group(2) : zero != null && number ? "=" : number ? ">" : "<";
        int precision = parts.group(8) == null ? -1 : Integer.parseInt(parts.group(8));
        String type = parts.group(9) == null ? "" : parts.group(9);
        String sign = "";
        String body;
        if (number) {
            boolean negative = PythonNumber.real(value) < 0;
            sign = negative ? "-" : parts.group(3) == null || parts.group(3).equals("-") ? "" : parts.group(3);
            body = number(value, type, precision, parts.group(4) != null);
            body = body.startsWith("-") ? body.substring(1) : body;
            body = parts.group(7) == null ? body : grouped(body, parts.group(7));
        } else {
            body = Printing.str(value);
            if (precision >= 0 && PythonText.length(body) > precision) {
                body = body.substring(0, body.offsetByCodePoints(0, precision));
            }
        }
        return aligned(sign, body, fill, align, parts.group(6) == null ? 0 : Integer.parseInt(parts.group(6)));
    }

    private static String aligned(String sign, String body, String fill, String align, int width) {
        int missing = width - PythonText.length(sign) - PythonText.length(body);
        if (missing <= 0) {
            return sign + body;
        }
        return switch (align) {
            case "<" -> sign + body + fill.repeat(missing);
            case "=" -> sign + fill.repeat(missing) + body;
            case "^" -> fill.repeat(missing / 2) + sign + body + fill.repeat(missing - missing / 2);
            default -> fill.repeat(missing) + sign + body;
        };
    }

    /** Returns a number without its sign, or with a minus that the caller removes. */
    static String number(Object value, String type, int precision, boolean alternate) {
        if (PythonNumber.isInteger(value) && "bcdoxXn".contains(type)) {
            BigInteger whole = PythonNumber.big(value).abs();
            return switch (type) {
                case "b" -> (alternate ? "0b" : "") + whole.toString(2);
                case "o" -> (alternate ? "0o" : "") + whole.toString(8);
                case "x" -> (alternate ? "0x" : "") + whole.toString(16);
                case "X" -> (alternate ? "0X" : "") + whole.toString(16).toUpperCase(Locale.ROOT);
                case "c" -> Character.toString(whole.intValueExact());
                default -> whole.toString();
            };
        }
        double real = PythonNumber.real(value);
        if (Double.isNaN(real) || Double.isInfinite(real)) {
            return PythonNumber.repr(real);
        }
        int digits = precision < 0 ? 6 : precision;
        return switch (type) {
            case "f", "F" ->
                new BigDecimal(real)
                        .setScale(digits, RoundingMode.HALF_EVEN)
                        .abs()
                        .toPlainString();
            case "%" ->
                new BigDecimal(real)
                                .movePointRight(2)
                                .setScale(digits, RoundingMode.HALF_EVEN)
                                .abs()
                                .toPlainString()
                        + "%";
            case "e" -> exponential(real, digits);
            case "E" -> exponential(real, digits).toUpperCase(Locale.ROOT);
            case "g", "G" -> general(real, digits);
            case "" -> precision < 0 ? PythonNumber.repr(real) : general(real, digits);
            default -> throw new JinjaException("Unknown format code '" + type + "' for a number");
        };
    }

    private static String exponential(double real, int digits) {
        String text = String.format(Locale.ROOT, "%." + digits + "e", Math.abs(real));
        return text;
    }

    private static String general(double real, int precision) {
        int digits = Math.max(1, precision);
        if (real == 0) {
            return "0";
        }
        BigDecimal rounded =
                new BigDecimal(Math.abs(real)).round(new java.math.MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < digits) {
            return rounded.stripTrailingZeros().toPlainString();
        }
        String text = exponential(real, digits - 1);
        int at = text.indexOf('e');
        String mantissa = text.substring(0, at);
        return (mantissa.indexOf('.') < 0 ? mantissa : mantissa.replaceAll("\\.?0+$", "")) + text.substring(at);
    }

    private static String grouped(String body, String separator) {
        int end = 0;
        while (end < body.length() && Character.isDigit(body.charAt(end))) {
            end++;
        }
        StringBuilder digits = new StringBuilder(body.substring(0, end));
        for (int i = end - 3; i > 0; i -= 3) {
            digits.insert(i, separator);
        }
        return digits + body.substring(end);
    }
}
