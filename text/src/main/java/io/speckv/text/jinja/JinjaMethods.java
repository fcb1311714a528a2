package io.speckv.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods and attributes of values: those of Python that Jinja's sandbox allows. */
final class JinjaMethods {
    private static final Set<String> CHANGES_LISTS =
            Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");
    private static final Set<String> CHANGES_DICTS = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private JinjaMethods() {}

    /** Returns a method or attribute, or null if the value has none of this name. */
    static @Nullable Object find(Object value, String name) {
        if (name.startsWith("_")) {
            return null;
        }
        if (value instanceof String text) {
            return TextMethods.find(text, name);
        }
        if (value instanceof Map<?, ?> map) {
            return ofDict(map, name);
        }
        if (value instanceof List<?> elements) {
            return ofList(elements, name);
        }
        if (value instanceof Namespace namespace) {
            return namespace.attributes().get(name);
        }
        if (value instanceof Attributes attributes) {
            return attributes.attribute(name);
        }
        return ofNumber(value, name);
    }

    private static @Nullable Object ofDict(Map<?, ?> map, String name) {
        if (CHANGES_DICTS.contains(name)) {
            return unsafe(name, "dict");
        }
        return switch (name) {
            case "get" ->
                (Callable) arguments -> {
                    Object found = map.get(DictKeys.find(map, arguments.get(0, "key")));
                    return found == null ? arguments.get(1, "default", None.NONE) : found;
                };
            case "items" -> (Callable) arguments -> new View("dict_items", Filters.items(map));
            case "keys" -> (Callable) arguments -> new View("dict_keys", List.copyOf(map.keySet()));
            case "values" -> (Callable) arguments -> new View("dict_values", List.copyOf(map.values()));
            case "copy" -> (Callable) arguments -> new java.util.LinkedHashMap<>(map);
            default -> null;
        };
    }

    private static @Nullable Object ofList(List<?> elements, String name) {
        boolean list = Values.isSequence(elements) && !(elements instanceof Tuple);
        if (list && CHANGES_LISTS.contains(name)) {
            return unsafe(name, "list");
        }
        return switch (name) {
            case "index" ->
                (Callable) arguments -> {
                    Object wanted = arguments.get(0, "value");
                    List<Object> all = Values.list(elements);
                    int start = arguments.integer(1, "start", 0);
                    int stop = arguments.integer(2, "stop", all.size());
                    int end = Math.min(all.size(), stop < 0 ? all.size() + stop : stop);
                    for (int i = Math.max(0, start < 0 ? all.size() + start : start); i < end; i++) {
                        if (Comparisons.same(all.get(i), wanted)) {
                            return (long) i;
                        }
                    }
                    throw new JinjaException(Printing.repr(wanted) + " is not in list");
                };
            case "count" ->
                (Callable) arguments -> Values.list(elements).stream()
                        .filter(element -> Comparisons.same(element, arguments.get(0, "value")))
                        .count();
            case "copy" -> list ? (Callable) arguments -> new java.util.ArrayList<>(elements) : null;
            default -> elements instanceof Tuple tuple ? tuple.named(name) : null;
        };
    }

    private static @Nullable Object ofNumber(Object value, String name) {
        if (value instanceof Double real && name.equals("is_integer")) {
            return (Callable) arguments -> real == Math.rint(real) && !Double.isInfinite(real);
        }
        if (value instanceof Double && name.equals("real")) {
            return value;
        }
        if (PythonNumber.isInteger(value)) {
            return switch (name) {
                case "bit_length" ->
                    (Callable) arguments -> (long) PythonNumber.big(value).abs().bitLength();
                case "real", "numerator" -> PythonNumber.integer(PythonNumber.big(value));
                case "imag" -> 0L;
                case "denominator" -> 1L;
                default -> null;
            };
        }
        return null;
    }

    /** What the sandbox refuses is there no more than what a value does not have; only a call of it says why. */
    private static Undefined unsafe(String name, String type) {
        return new Undefined("access to attribute '" + name + "' of '" + type + "' object is unsafe");
    }
}
