package io.speckv.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Python's operators on the values of templates. */
final class Operators {
    private static final int POWER_MOST = 10_000;

    private Operators() {}

    static Object add(Object left, Object right) {
        if (left instanceof String first && right instanceof String second) {
            Work.requireLength((long) first.length() + second.length());
            return first + second;
        }
        if (Values.isSequence(left) && Values.isSequence(right) && left instanceof Tuple == right instanceof Tuple) {
            List<Object> joined = new ArrayList<>(Values.list(left));
            joined.addAll(Values.list(right));
            return left instanceof Tuple ? new Tuple(joined) : joined;
        }
        Values.requireDefined(left);
        Values.requireDefined(right);
        if (left instanceof String) {
            throw new JinjaException("can only concatenate str (not \"" + Values.typeName(right) + "\") to str");
        }
        return arithmetic("+", left, right, BigInteger::add, Double::sum);
    }

    static Object subtract(Object left, Object right) {
        return arithmetic("-", left, right, BigInteger::subtract, (a, b) -> a - b);
    }

    static Object multiply(Object left, Object right) {
        if (PythonNumber.isInteger(left) && (right instanceof String || Values.isSequence(right))) {
            return multiply(right, left);
        }
        if (left instanceof String text && PythonNumber.isInteger(right)) {
            return PythonText.repeated(text, Values.requireInt(right));
        }
        if (Values.isSequence(left) && PythonNumber.isInteger(right)) {
            List<Object> repeated = new ArrayList<>();
            List<Object> once = Values.list(left);
            Work.requireLength((long) once.size() * Math.max(0, Values.requireInt(right)));
            for (int i = 0; i < Values.requireInt(right); i++) {
                repeated.addAll(once);
            }
            return left instanceof Tuple ? new Tuple(repeated) : repeated;
        }
        return arithmetic("*", left, right, BigInteger::multiply, (a, b) -> a * b);
    }

    static Object divide(Object left, Object right) {
        requireNumbers("/", left, right);
        requireNotZero(right, "division by zero");
        return PythonNumber.isInteger(left) && PythonNumber.isInteger(right)
                ? PythonNumber.quotient(PythonNumber.big(left), PythonNumber.big(right))
                : PythonNumber.real(left) / PythonNumber.real(right);
    }

    static Object floorDivide(Object left, Object right) {
        requireNumbers("//", left, right);
        requireNotZero(right, "integer division or modulo by zero");
        return arithmetic("//", left, right, Operators::floorDivide, PythonNumber::floorDivided);
    }

    private static BigInteger floorDivide(BigInteger left, BigInteger right) {
        BigInteger[] parts = left.divideAndRemainder(right);
        return parts[1].signum() != 0 && parts[1].signum() != right.signum()
                ? parts[0].subtract(BigInteger.ONE)
                : parts[0];
    }

    static Object modulo(Object left, Object right) {
        if (left instanceof String format) {
            return PercentFormat.format(format, right);
        }
        requireNumbers("%", left, right);
        requireNotZero(right, "integer modulo by zero");
        return arithmetic(
                "%", left, right, (a, b) -> a.subtract(floorDivide(a, b).multiply(b)), PythonNumber::remainder);
    }

    static Object power(Object left, Object right) {
        requireNumbers("** or pow()", left, right);
        if (PythonNumber.isInteger(left)
                && PythonNumber.isInteger(right)
                && PythonNumber.big(right).signum() >= 0) {
            int exponent = Values.requireInt(right);
            if (exponent > POWER_MOST) {
                throw new JinjaException("an exponent is above " + POWER_MOST);
            }
            return PythonNumber.integer(PythonNumber.big(left).pow(exponent));
        }
        double base = PythonNumber.real(left);
        double exponent = PythonNumber.real(right);
        if (base == 0 && exponent < 0) {
            throw new JinjaException("0.0 cannot be raised to a negative power");
        }
        if (base < 0 && exponent != Math.rint(exponent)) {
            throw new JinjaException("a negative number has no power of " + PythonNumber.repr(exponent)
                    + " that is real, and there are no complex numbers");
        }
        double power = Math.pow(base, exponent);
        if (Double.isInfinite(power) && !Double.isInfinite(base) && !Double.isInfinite(exponent)) {
            throw new JinjaException("a power is too large for a float");
        }
        return power;
    }

    static Object negative(Object value) {
        return subtract(0L, value instanceof Double real ? real : value) instanceof Double
                ? (Object) (-PythonNumber.real(value))
                : subtract(0L, value);
    }

    static Object positive(Object value) {
        return add(0L, value);
    }

    /** {@code value[start:stop:step]}; a bound that is absent is null. */
    static Object slice(Object value, @Nullable Object start, @Nullable Object stop, @Nullable Object step) {
        Values.requireDefined(value);
        boolean text = value instanceof String;
        if (!text && !(value instanceof List<?>)) {
            throw new JinjaException(
                    value instanceof Map<?, ?>
                            ? "unhashable type: 'slice'"
                            : "'" + Values.typeName(value) + "' object is not subscriptable");
        }
        int by = bound(step, 1);
        if (by == 0) {
            throw new JinjaException("slice step cannot be zero");
        }
        int size = Values.length(value);
        int from = clamped(start, by > 0 ? 0 : size - 1, size, by);
        int to = clamped(stop, by > 0 ? size : -1, size, by);
        if (text && by == 1) {
            return from >= to ? "" : substring((String) value, from, to);
        }
        List<Object> all = Values.list(value);
        List<Object> taken = new ArrayList<>();
        for (long i = from; by > 0 ? i < to : i > to; i += by) {
            taken.add(all.get((int) i));
        }
        if (text) {
            StringBuilder joined = new StringBuilder();
            taken.forEach(joined::append);
            return joined.toString();
        }
        return value instanceof Tuple ? new Tuple(taken) : taken;
    }

    private static String substring(String text, int from, int to) {
        int start = text.offsetByCodePoints(0, from);
        return text.substring(start, text.offsetByCodePoints(start, to - from));
    }

    private static int bound(@Nullable Object value, int otherwise) {
        return value == null || value == None.NONE ? otherwise : Values.requireInt(value);
    }

    private static int clamped(@Nullable Object value, int otherwise, int size, int by) {
        if (value == null || value == None.NONE) {
            return otherwise;
        }
        long at = Values.requireInt(value);
        if (at < 0) {
            at += size;
        }
        return (int) (by > 0 ? Math.max(0, Math.min(at, size)) : Math.max(-1, Math.min(at, size - 1)));
    }

    private static Object arithmetic(
            String sign, Object left, Object right, BinaryOperator<BigInteger> whole, DoubleBinaryOperator real) {
        requireNumbers(sign, left, right);
        if (left instanceof Double || right instanceof Double) {
            return real.applyAsDouble(PythonNumber.real(left), PythonNumber.real(right));
        }
        return PythonNumber.integer(whole.apply(PythonNumber.big(left), PythonNumber.big(right)));
    }

    private static void requireNumbers(String sign, Object left, Object right) {
        Values.requireDefined(left);
        Values.requireDefined(right);
        if (!PythonNumber.isNumber(left) || !PythonNumber.isNumber(right)) {
            throw new JinjaException("unsupported operand type(s) for " + sign + ": '" + Values.typeName(left)
                    + "' and '" + Values.typeName(right) + "'");
        }
    }

    private static void requireNotZero(Object divisor, String message) {
        if (PythonNumber.isZero(divisor)) {
            throw new JinjaException(message);
        }
    }
}
