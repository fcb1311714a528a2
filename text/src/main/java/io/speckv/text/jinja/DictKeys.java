package io.speckv.text.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The keys of Python's dicts: equal numbers are one key, which stays as it was written first. */
final class DictKeys {
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
        if (PythonNumber.isNumber(value) || value instanceof Tuple) {
            for (Object key : dict.keySet()) {
                if (Comparisons.same(Objects.requireNonNull(key), value)) {
                    return key;
                }
            }
        }
        return value;
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
