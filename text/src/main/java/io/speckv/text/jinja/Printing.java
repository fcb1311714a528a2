package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;

/** How Python writes a value: {@code str} and {@code repr}. */
final class Printing {
    private Printing() {}

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
        return value instanceof Callable && !(value instanceof Attributes) ? "<function>" : String.valueOf(value);
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
}
