package io.speckv.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The keys of Python's dicts: equal numbers are one key, which stays as it was written first. */
final class DictKeys {
    /** So that no template hangs. */
    private static final int TUPLES_SOUGHT_MOST = 2000;

    private DictKeys() {}

    static void put(Map<Object, Object> dict, Object key, Object value) {
        dict.put(find(dict, key), value);
    }

    /**
     * Returns the key of a dict that a value is equal to; the value where there is none.
     *
     * @throws JinjaException if the value cannot be a key
     */
    static Object find(Map<?, ?> dict, Object value) {
        requireHashable(value);
        if (value instanceof String || dict.containsKey(value)) {
            return value;
        }
        if (PythonNumber.isNumber(value)) {
            return equalNumbers(value).filter(dict::containsKey).findFirst().orElse(value);
        }
        return value instanceof Tuple tuple ? equalTuple(dict, tuple) : value;
    }

    /** Returns the ways in which a number may stand as a key. */
    private static Stream<Object> equalNumbers(Object number) {
        Object whole = canonical(number);
        if (whole instanceof Double) {
            return Stream.empty();
        }
        BigInteger integer = PythonNumber.big(whole);
        double real = integer.doubleValue();
        Stream<Object> reals =
                Double.isInfinite(real) || !new BigDecimal(real).toBigInteger().equals(integer)
                        ? Stream.empty()
                        : real == 0 ? Stream.of(0.0, -0.0) : Stream.of(real);
        Stream<Object> flags =
                integer.bitLength() > 1 || integer.signum() < 0 ? Stream.empty() : Stream.of(integer.signum() == 1);
        return Stream.concat(Stream.of(whole), Stream.concat(reals, flags));
    }

    /** Looks at every key, as the elements of tuples may be equal in many ways. */
    private static Object equalTuple(Map<?, ?> dict, Tuple tuple) {
        if (dict.size() > TUPLES_SOUGHT_MOST) {
            throw new JinjaException("a tuple is sought in a dict of more than " + TUPLES_SOUGHT_MOST + " keys");
        }
        for (Object key : dict.keySet()) {
            if (key instanceof Tuple && Comparisons.same(key, tuple)) {
                return key;
            }
        }
        return tuple;
    }

    /** Returns what is equal, as Java has it, for all values that are one key. */
    static Object canonical(Object value) {
        requireHashable(value);
        if (value instanceof Tuple tuple) {
            List<Object> elements = new ArrayList<>(tuple.size());
            tuple.forEach(element -> elements.add(canonical(element)));
            return new Tuple(elements);
        }
        if (value instanceof Double real) {
            return real == Math.rint(real) && !Double.isInfinite(real)
                    ? PythonNumber.integer(new BigDecimal(real).toBigInteger())
                    : real;
        }
        return value instanceof Boolean ? PythonNumber.integer(PythonNumber.big(value)) : value;
    }

    private static void requireHashable(Object value) {
        if (value instanceof Map<?, ?> || (value instanceof List<?> && !(value instanceof Tuple))) {
            throw new JinjaException("unhashable type: '" + Values.typeName(value) + "'");
        }
    }
}
