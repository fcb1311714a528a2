package io.speckv.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What Python does with any value: truth, printing, comparing, iterating, looking into it. */
final class Values {
    private Values() {}

    /** Returns a plain Java value as a template sees it; maps and lists are copied. */
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

    /** Python's {@code str(value)}. */
    static String str(Object value) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof Undefined ? "" : repr(value);
    }

    /** Python's {@code repr(value)}. */
    static String repr(Object value) {
        if (value instanceof String text) {
            return PythonText.repr(text);
        }
        if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        }
        if (value instanceof Double real) {
            return PythonNumber.repr(real);
        }
        if (value instanceof View view) {
            return view.kind() + "(" + repr(new ArrayList<>(view)) + ")";
        }
        if (value instanceof Globals.Range) {
            return value.toString();
        }
        if (value instanceof Tuple tuple) {
            return "(" + joined(tuple) + (tuple.size() == 1 ? ",)" : ")");
        }
        if (value instanceof Collection<?> elements) {
            return "[" + joined(elements) + "]";
        }
        if (value instanceof Map<?, ?> map) {
            return "{" + pairs(map) + "}";
        }
        if (value instanceof Namespace namespace) {
            return "<Namespace {" + pairs(namespace.attributes()) + "}>";
        }
        if (value instanceof Undefined) {
            return "Undefined";
        }
        return value instanceof Callable && !(value instanceof Record) ? "<function>" : String.valueOf(value);
    }

    private static String pairs(Map<?, ?> map) {
        StringBuilder pairs = new StringBuilder();
        map.forEach((key, value) -> pairs.append(pairs.isEmpty() ? "" : ", ")
                .append(repr(Objects.requireNonNull(key)))
                .append(": ")
                .append(repr(Objects.requireNonNull(value))));
        return pairs.toString();
    }

    private static String joined(Collection<?> elements) {
        StringBuilder joined = new StringBuilder();
        elements.forEach(
                element -> joined.append(joined.isEmpty() ? "" : ", ").append(repr(Objects.requireNonNull(element))));
        return joined.toString();
    }

    static boolean same(Object left, Object right) {
        if (PythonNumber.isNumber(left) && PythonNumber.isNumber(right)) {
            return (left instanceof Double || right instanceof Double)
                    ? PythonNumber.real(left) == PythonNumber.real(right)
                    : PythonNumber.big(left).equals(PythonNumber.big(right));
        }
        if (left instanceof List<?> first && right instanceof List<?> second) {
            return first instanceof Tuple == second instanceof Tuple
                    && first.size() == second.size()
                    && pairwiseSame(first, second);
        }
        if (left instanceof Map<?, ?> first && right instanceof Map<?, ?> second) {
            return first.size() == second.size()
                    && first.entrySet().stream()
                            .allMatch(entry -> second.containsKey(entry.getKey())
                                    && same(
                                            Objects.requireNonNull(entry.getValue()),
                                            Objects.requireNonNull(second.get(entry.getKey()))));
        }
        return left.equals(right);
    }

    private static boolean pairwiseSame(List<?> first, List<?> second) {
        for (int i = 0; i < first.size(); i++) {
            if (!same(Objects.requireNonNull(first.get(i)), Objects.requireNonNull(second.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /** Returns below 0, 0 or above 0; {@code sign} is for the error where the two have no order. */
    static int compare(Object left, Object right, String sign) {
        requireDefined(left);
        requireDefined(right);
        if (PythonNumber.isNumber(left) && PythonNumber.isNumber(right)) {
            return (left instanceof Double || right instanceof Double)
                    ? Double.compare(PythonNumber.real(left), PythonNumber.real(right))
                    : PythonNumber.big(left).compareTo(PythonNumber.big(right));
        }
        if (left instanceof String first && right instanceof String second) {
            return compareCodePoints(first, second);
        }
        if (left instanceof List<?> first
                && right instanceof List<?> second
                && first instanceof Tuple == second instanceof Tuple) {
            for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
                Object one = Objects.requireNonNull(first.get(i));
                Object other = Objects.requireNonNull(second.get(i));
                if (!same(one, other)) {
                    return compare(one, other, sign);
                }
            }
            return Integer.compare(first.size(), second.size());
        }
        throw new JinjaException("'" + sign + "' not supported between instances of '" + typeName(left) + "' and '"
                + typeName(right) + "'");
    }

    private static int compareCodePoints(String first, String second) {
        int[] one = first.codePoints().toArray();
        int[] other = second.codePoints().toArray();
        return java.util.Arrays.compare(one, other);
    }

    static boolean contains(Object container, Object element) {
        if (container instanceof String text) {
            if (element instanceof String part) {
                return text.contains(part);
            }
            throw new JinjaException("'in <string>' requires string as left operand, not " + typeName(element));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(key(element));
        }
        if (container instanceof Undefined) {
            return false;
        }
        if (container instanceof Iterable<?> elements) {
            for (Object each : elements) {
                if (same(Objects.requireNonNull(each), element)) {
                    return true;
                }
            }
            return false;
        }
        throw new JinjaException("argument of type '" + typeName(container) + "' is not iterable");
    }

    /** Returns the elements of what can be iterated: a list as it is, anything else as a new list. */
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

    /** {@code value.name}: a method or attribute, else an item. */
    static Object attribute(Object value, String name) {
        requireDefined(value);
        Object attribute = JinjaMethods.find(value, name);
        if (attribute == null && value instanceof Map<?, ?> map) {
            attribute = map.get(name);
        }
        return attribute == null ? missing(value, name) : attribute;
    }

    /** {@code value[index]}: an item, else a method or attribute. */
    static Object item(Object value, Object index) {
        requireDefined(value);
        Object found = null;
        if (value instanceof Map<?, ?> map) {
            found = map.get(key(index));
        } else if (PythonNumber.isInteger(index) && (value instanceof List<?> || value instanceof String)) {
            found = element(value, PythonNumber.big(index));
        }
        if (found == null && index instanceof String name) {
            found = JinjaMethods.find(value, name);
        }
        return found == null ? missing(value, index) : found;
    }

    private static @Nullable Object element(Object value, BigInteger index) {
        int size = length(value);
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
        return new Undefined(describedType(value) + " has no element " + repr(name));
    }

    private static String describedType(Object value) {
        return value == None.NONE ? "None" : typeName(value) + " object";
    }

    /** Returns a value as a key of a dict: integers and whole floats are one. */
    static Object key(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? 1L : 0L;
        }
        if (value instanceof Double real && real == Math.rint(real) && Math.abs(real) < 1L << 53) {
            return real.longValue();
        }
        if (value instanceof Map<?, ?> || (value instanceof List<?> && !(value instanceof Tuple))) {
            throw new JinjaException("unhashable type: '" + typeName(value) + "'");
        }
        return value;
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
        return value instanceof List<?> ? "list" : value.getClass().getSimpleName();
    }
}
