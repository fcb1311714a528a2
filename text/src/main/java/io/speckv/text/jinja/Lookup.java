package io.speckv.text.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a template finds in a value: attributes, methods and items, or {@link Undefined}. */
final class Lookup {
    private Lookup() {}

    /** {@code value.name}: a method or attribute, else an item. */
    static Object attribute(Object value, String name) {
        Values.requireDefined(value);
        Object attribute = JinjaMethods.find(value, name);
        if (attribute == null && value instanceof Map<?, ?> map) {
            attribute = map.get(name);
        }
        return attribute == null ? missing(value, name) : attribute;
    }

    /** {@code value[index]}: an item, else a method or attribute. */
    static Object item(Object value, Object index) {
        Values.requireDefined(value);
        Object found = null;
        if (value instanceof Map<?, ?> map) {
            found = isHashable(index) ? map.get(DictKeys.find(map, index)) : null;
        } else if (PythonNumber.isInteger(index)
                && (value instanceof String || (value instanceof List<?> && !(value instanceof View)))) {
            found = element(value, PythonNumber.big(index));
        }
        if (found == null && index instanceof String name) {
            found = JinjaMethods.find(value, name);
        }
        return found == null ? missing(value, index) : found;
    }

    /** Jinja finds nothing where Python refuses to look. */
    private static boolean isHashable(Object index) {
        return !(index instanceof Map<?, ?>) && (index instanceof Tuple || !(index instanceof List<?>));
    }

    private static @Nullable Object element(Object value, BigInteger index) {
        int size = Values.length(value);
        long at = index.bitLength() > 31 ? size : index.longValue() + (index.signum() < 0 ? size : 0);
        if (at < 0 || at >= size) {
            return null;
        }
        return value instanceof List<?> elements ? elements.get((int) at) : charAt((String) value, (int) at);
    }

    private static String charAt(String text, int at) {
        return Character.toString(text.codePointAt(text.offsetByCodePoints(0, at)));
    }

    private static Undefined missing(Object value, Object name) {
        if (name instanceof String attribute) {
            return new Undefined("'" + describedType(value) + "' has no attribute '" + attribute + "'");
        }
        return new Undefined(describedType(value) + " has no element " + Printing.repr(name));
    }

    private static String describedType(Object value) {
        return value == None.NONE ? "None" : Values.typeName(value) + " object";
    }
}
