package io.speckv.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** Python's numbers: integers of any size, and floats that print as their shortest decimal. */
final class PythonNumber {
    private static final int DIGITS_MOST = 17;

    private PythonNumber() {}

    /** Returns an integer, as a {@link Long} if it fits. */
    static Object integer(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    static BigInteger big(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? BigInteger.ONE : BigInteger.ZERO;
        }
        return value instanceof Long small ? BigInteger.valueOf(small) : (BigInteger) value;
    }

    /** Returns whether a value counts as an integer; booleans do. */
    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof BigInteger || value instanceof Boolean;
    }

    static boolean isNumber(Object value) {
        return isInteger(value) || value instanceof Double;
    }

    static double real(Object value) {
        return value instanceof Double real ? real : big(value).doubleValue();
    }

    static String repr(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = shortest(value);
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        return scientific(shortest, exponent);
    }

    private static String scientific(BigDecimal value, int exponent) {
        String digits = value.unscaledValue().abs().toString();
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        return (value.signum() < 0 ? "-" : "") + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+")
                + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < DIGITS_MOST; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == value) {
                return stripped(rounded);
            }
        }
        return stripped(exact.round(new MathContext(DIGITS_MOST, RoundingMode.HALF_EVEN)));
    }

    private static BigDecimal stripped(BigDecimal value) {
        return value.stripTrailingZeros();
    }

    /** Python's {@code round}: half to even, on the exact value. */
    static double rounded(double value, int digits, RoundingMode mode) {
        return Double.isNaN(value) || Double.isInfinite(value)
                ? value
                : new BigDecimal(value).setScale(digits, mode).doubleValue();
    }
}
