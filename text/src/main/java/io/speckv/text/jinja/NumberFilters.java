package io.speckv.text.jinja;

import io.speckv.text.jinja.Filters.Filter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/** Jinja's filters of numbers. */
final class NumberFilters {
    /** Furthest place to round to; no number has digits further from its point. */
    private static final int DIGITS_MOST = 10_000;

    private NumberFilters() {}

    static void addTo(Map<String, Filter> all) {
        all.put(
                "abs",
                (value, arguments, work) -> Comparisons.compare(value, 0L, "<") < 0
                        ? Operators.negative(value)
                        : Operators.positive(value));
        all.put("int", (value, arguments, work) -> integer(value, arguments));
        all.put("float", (value, arguments, work) -> real(value, arguments.get(0, "default", 0.0)));
        all.put("round", (value, arguments, work) -> rounded(value, arguments));
        all.put("filesizeformat", (value, arguments, work) -> fileSize(value, arguments));
    }

    private static Object integer(Object value, Arguments arguments) {
        Values.requireDefined(value);
        Object otherwise = arguments.get(0, "default", 0L);
        if (value instanceof String text) {
            Optional<BigInteger> whole = WrittenNumber.whole(text, arguments.integer(1, "base", 10));
            return whole.isPresent()
                    ? PythonNumber.integer(whole.get())
                    : truncated(WrittenNumber.real(text).orElse(Double.NaN), otherwise);
        }
        if (value instanceof Double real && Double.isInfinite(real)) {
            throw new JinjaException("cannot convert float infinity to integer");
        }
        return value instanceof Double real
                ? truncated(real, otherwise)
                : PythonNumber.isInteger(value) ? PythonNumber.integer(PythonNumber.big(value)) : otherwise;
    }

    private static Object truncated(double real, Object otherwise) {
        return Double.isNaN(real) || Double.isInfinite(real)
                ? otherwise
                : PythonNumber.integer(new BigDecimal(real).toBigInteger());
    }

    private static Object real(Object value, Object otherwise) {
        Values.requireDefined(value);
        if (value instanceof String text) {
            return WrittenNumber.real(text).<Object>map(real -> real).orElse(otherwise);
        }
        return PythonNumber.isNumber(value) ? (Object) PythonNumber.real(value) : otherwise;
    }

    private static Object rounded(Object value, Arguments arguments) {
        boolean whole = arguments.find(0, "precision") == None.NONE;
        int digits = Math.max(-DIGITS_MOST, Math.min(DIGITS_MOST, arguments.integer(0, "precision", 0)));
        RoundingMode mode = switch (arguments.text(1, "method", "common")) {
            case "common" -> RoundingMode.HALF_EVEN;
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default ->
                throw new JinjaException("method is " + Printing.repr(arguments.get(1, "method", "common"))
                        + ", must be common, ceil or floor");
        };
        Values.requireDefined(value);
        if (!PythonNumber.isNumber(value)) {
            throw new JinjaException("type " + Values.typeName(value) + " doesn't define __round__ method");
        }
        if (PythonNumber.isInteger(value) && mode == RoundingMode.HALF_EVEN) {
            return digits >= 0
                    ? PythonNumber.integer(PythonNumber.big(value))
                    : PythonNumber.integer(new BigDecimal(PythonNumber.big(value))
                            .setScale(digits, mode)
                            .toBigInteger());
        }
        double real = PythonNumber.real(value);
        if (mode != RoundingMode.HALF_EVEN) {
            return stepped(real, digits, mode);
        }
        // Python makes an integer of a float that is to be rounded to no digits.
        return whole ? truncated(Math.rint(requireFinite(real)), real) : PythonNumber.rounded(real, digits, mode);
    }

    /** Jinja rounds the product of floats here, not the exact value. */
    private static double stepped(double real, int digits, RoundingMode mode) {
        double scale = Math.pow(10, digits);
        double scaled = real * scale;
        var unused = requireFinite(scaled);
        // Python's ceil and floor are integers, which have no zero below zero.
        double steps = (mode == RoundingMode.CEILING ? Math.ceil(scaled) : Math.floor(scaled)) + 0.0;
        return requireFinite(steps / scale);
    }

    private static double requireFinite(double real) {
        if (Double.isNaN(real) || Double.isInfinite(real)) {
            throw new JinjaException("cannot round: " + PythonNumber.repr(real) + " has no digits");
        }
        return real;
    }

    /** Returns a value converted by the rules of Python's {@code float}. */
    private static double requireReal(Object value) {
        if (value instanceof String text) {
            return WrittenNumber.real(text)
                    .orElseThrow(
                            () -> new JinjaException("could not convert string to float: " + PythonText.repr(text)));
        }
        if (!PythonNumber.isNumber(value)) {
            throw new JinjaException("a " + Values.typeName(value) + " is no number");
        }
        return PythonNumber.real(value);
    }

    private static String fileSize(Object value, Arguments arguments) {
        boolean binary = arguments.flag(0, "binary", false);
        double bytes = requireReal(value);
        int base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            if (Double.isInfinite(bytes)) {
                throw new JinjaException("cannot convert float infinity to integer");
            }
            return new BigDecimal(bytes).toBigInteger() + " Bytes";
        }
        String[] units = binary
                ? new String[] {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
                : new String[] {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
        // As in Jinja, the limits of the units are exact and their amounts are floats.
        BigInteger limit = BigInteger.valueOf((long) base * base);
        int unit = 0;
        while (unit < units.length - 1 && !isBelow(bytes, limit)) {
            limit = limit.multiply(BigInteger.valueOf(base));
            unit++;
        }
        return NumberFormat.format(base * bytes / limit.doubleValue(), ".1f") + " " + units[unit];
    }

    private static boolean isBelow(double bytes, BigInteger limit) {
        return !Double.isNaN(bytes)
                && !Double.isInfinite(bytes)
                && new BigDecimal(bytes).compareTo(new BigDecimal(limit)) < 0;
    }
}
