package io.speckv.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's rules for any value: truth, length, iteration, calls, and the type name in errors. */
final class Values {
    private Values() {}

    /** Returns a plain Java value in the form that templates use; maps and lists are copied. */
    static Object of(@Nullable Object plain) {
        if (plain == null) {
            return None.NONE;
        }
        if (plain instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(of(key), of(value)));
            return copy;
        }
        if (plain instanceof Collection<?> elements) {
            List<Object> copy = new ArrayList<>(elements.size());
            elements.forEach(element -> copy.add(of(element)));
            return copy;
        }
        if (plain instanceof Integer || plain instanceof Short || plain instanceof Byte) {
            return ((Number) plain).longValue();
        }
        if (plain instanceof Float real) {
            return real.doubleValue();
        }
        if (plain instanceof BigInteger big) {
            return PythonNumber.integer(big);
        }
        if (plain instanceof String
                || plain instanceof Long
                || plain instanceof Double
                || plain instanceof Boolean
                || plain instanceof Callable) {
            return plain;
        }
        throw new IllegalArgumentException(
                "variables must be strings, numbers, booleans, lists and maps, was " + plain.getClass());
    }

    static boolean truth(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value == None.NONE || value instanceof Undefined) {
            return false;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof Collection<?> elements) {
            return !elements.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        if (value instanceof Double real) {
            return real != 0;
        }
        return !PythonNumber.isInteger(value) || PythonNumber.big(value).signum() != 0;
    }

    /** Returns the elements of an iterable: a list itself, anything else as a new list. */
    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        if (value instanceof List<?> elements) {
            return (List<Object>) elements;
        }
        List<Object> list = new ArrayList<>();
        iterator(value).forEachRemaining(list::add);
        return list;
    }

    @SuppressWarnings("unchecked")
    static Iterator<Object> iterator(Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Iterator<Object>) map.keySet().iterator();
        }
        if (value instanceof Iterable<?> elements) {
            return (Iterator<Object>) elements.iterator();
        }
        if (value instanceof String text) {
            return text.codePoints()
                    .mapToObj(c -> (Object) Character.toString(c))
                    .iterator();
        }
        if (value instanceof Undefined) {
            return List.<Object>of().iterator();
        }
        throw new JinjaException("'" + typeName(value) + "' object is not iterable");
    }

    static int length(Object value) {
        if (value instanceof String text) {
            return PythonText.length(text);
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof Collection<?> elements) {
            return elements.size();
        }
        if (value instanceof Undefined) {
            return 0;
        }
        throw new JinjaException("object of type '" + typeName(value) + "' has no len()");
    }

    /** Whether a value is a list or a tuple; a range or the keys of a dict are neither. */
    static boolean isSequence(Object value) {
        return value instanceof List<?> && !(value instanceof View) && !(value instanceof Globals.Range);
    }

    static void requireDefined(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
    }

    static String requireText(Object value) {
        requireDefined(value);
        if (value instanceof String text) {
            return text;
        }
        throw new JinjaException("must be str, not " + typeName(value));
    }

    static int requireInt(Object value) {
        requireDefined(value);
        if (PythonNumber.isInteger(value)) {
            BigInteger whole = PythonNumber.big(value);
            return whole.bitLength() > 31
                    ? (whole.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE)
                    : whole.intValue();
        }
        throw new JinjaException("'" + typeName(value) + "' object cannot be interpreted as an integer");
    }

    static Object call(Object callee, Arguments arguments) {
        requireDefined(callee);
        if (callee instanceof Callable callable) {
            return callable.call(arguments);
        }
        throw new JinjaException("'" + typeName(callee) + "' object is not callable");
    }

    static String typeName(Object value) {
        if (value instanceof String) {
            return "str";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        if (PythonNumber.isInteger(value)) {
            return "int";
        }
        if (value instanceof Double) {
            return "float";
        }
        if (value == None.NONE) {
            return "NoneType";
        }
        if (value instanceof Map<?, ?>) {
            return "dict";
        }
        if (value instanceof Tuple) {
            return "tuple";
        }
        if (value instanceof View view) {
            return view.kind();
        }
        if (value instanceof Globals.Range) {
            return "range";
        }
        return value instanceof List<?> ? "list" : value.getClass().getSimpleName();
    }
}
