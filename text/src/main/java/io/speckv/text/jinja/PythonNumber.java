package io.speckv.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** Python's numbers: integers of any size, and floats that print as their shortest decimal. */
final class PythonNumber {
    private static final int DIGITS_MOST = 17;
    /** Integers of fewer bits are floats without a loss. */
    private static final int EXACT_BITS = 53;
    /** More digits than any float, or the middle between two, has. */
    private static final MathContext QUOTIENT_DIGITS = new MathContext(1_100, RoundingMode.HALF_EVEN);

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
        double real = value instanceof Double given ? given : big(value).doubleValue();
        if (Double.isInfinite(real) && !(value instanceof Double)) {
            throw new JinjaException("int too large to convert to float");
        }
        return real;
    }

    static boolean isNan(Object value) {
        return value instanceof Double real && Double.isNaN(real);
    }

    static boolean isZero(Object value) {
        return value instanceof Double real ? real == 0 : big(value).signum() == 0;
    }

    /** Returns below 0, 0 or above 0 by the exact values; zeros are one, and NaN is above all others. */
    static int compare(Object left, Object right) {
        if (left instanceof Double one && right instanceof Double other) {
            return one.doubleValue() == other.doubleValue() ? 0 : Double.compare(one, other);
        }
        if (left instanceof Double one) {
            return Double.isNaN(one) || Double.isInfinite(one)
                    ? Double.compare(one, 0)
                    : new BigDecimal(one).compareTo(new BigDecimal(big(right)));
        }
        return right instanceof Double ? -compare(right, left) : big(left).compareTo(big(right));
    }

    /** Python's {@code a // b} of floats: of the exact quotient, which {@code floor(a / b)} is not. */
    static double floorDivided(double a, double b) {
        double rest = a % b;
        double quotient = (a - rest) / b;
        if (rest == 0) {
            return quotient == 0 ? Math.copySign(0.0, a / b) : nearest(quotient);
        }
        quotient = rest < 0 == b < 0 ? quotient : quotient - 1;
        return quotient == 0 ? Math.copySign(0.0, a / b) : nearest(quotient);
    }

    private static double nearest(double quotient) {
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    /** Python's {@code a % b} of floats: with the sign of b, zeros too. */
    static double remainder(double a, double b) {
        double rest = a % b;
        if (rest == 0) {
            return Math.copySign(0.0, b);
        }
        return rest < 0 == b < 0 ? rest : rest + b;
    }

    /** Python's {@code a / b} of integers: the float nearest to the exact quotient. */
    static double quotient(BigInteger a, BigInteger b) {
        if (a.bitLength() < EXACT_BITS && b.bitLength() < EXACT_BITS) {
            return a.doubleValue() / b.doubleValue();
        }
        double quotient =
                new BigDecimal(a).divide(new BigDecimal(b), QUOTIENT_DIGITS).doubleValue();
        if (Double.isInfinite(quotient)) {
            throw new JinjaException("integer division result too large for a float");
        }
        return quotient;
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
                : Math.copySign(new BigDecimal(value).setScale(digits, mode).doubleValue(), value);
    }
}
