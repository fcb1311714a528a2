package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Python's {@code json.dumps} writes it.
 *
 * @param asciiOnly whether characters beyond ASCII are escaped
 * @param indent written once for each level; null for one line
 * @param between separator between elements
 * @param colon separator after a key
 * @param sorted whether keys are sorted
 */
record PythonJson(boolean asciiOnly, @Nullable String indent, String between, String colon, boolean sorted) {

    /** Returns the writer that {@code tojson(...)} asks for. */
    static PythonJson of(Arguments arguments) {
        Object indent = arguments.get(2, "indent", None.NONE);
        Object separators = arguments.get(3, "separators", None.NONE);
        String between = indent == None.NONE ? ", " : ",";
        String colon = ": ";
        if (separators != None.NONE) {
            List<Object> both = Values.list(separators);
            if (both.size() != 2) {
                throw new JinjaException("separators are a pair, not a sequence of " + both.size());
            }
            between = Values.requireText(both.get(0));
            colon = Values.requireText(both.get(1));
        }
        return new PythonJson(
                arguments.flag(1, "ensure_ascii", false),
                indent == None.NONE
                        ? null
                        : indent instanceof String text ? text : PythonText.repeated(" ", Values.requireInt(indent)),
                between,
                colon,
                arguments.flag(4, "sort_keys", false));
    }

    String write(Object value) {
        StringBuilder json = new StringBuilder();
        write(value, json, 0);
        Work.requireLength(json.length());
        return json.toString();
    }

    private void write(Object value, StringBuilder json, int depth) {
        if (value instanceof String text) {
            quote(text, json);
        } else if (value instanceof Boolean flag) {
            json.append(flag ? "true" : "false");
        } else if (value == None.NONE) {
            json.append("null");
        } else if (value instanceof Double real) {
            json.append(number(real));
        } else if (PythonNumber.isInteger(value)) {
            json.append(value);
        } else if (value instanceof Map<?, ?> map) {
            object(map, json, depth);
        } else if (value instanceof List<?> elements && Values.isSequence(value)) {
            array(elements, json, depth);
        } else {
            throw new JinjaException("Object of type " + Values.typeName(value) + " is not JSON serializable");
        }
    }

    private void object(Map<?, ?> map, StringBuilder json, int depth) {
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        if (sorted) {
            entries.sort(Comparator.comparing(
                    entry -> Objects.requireNonNull((Object) entry.getKey()),
                    (a, b) -> Comparisons.compare(a, b, "<")));
        }
        json.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : entries) {
            separate(first, json, depth);
            first = false;
            quote(key(Objects.requireNonNull((Object) entry.getKey())), json);
            json.append(colon);
            write(Objects.requireNonNull((Object) entry.getValue()), json, depth + 1);
        }
        close(first, '}', json, depth);
    }

    private void array(List<?> elements, StringBuilder json, int depth) {
        json.append('[');
        boolean first = true;
        for (Object element : elements) {
            separate(first, json, depth);
            first = false;
            write(Objects.requireNonNull(element), json, depth + 1);
        }
        close(first, ']', json, depth);
    }

    private void separate(boolean first, StringBuilder json, int depth) {
        json.append(first ? "" : between);
        if (indent != null) {
            newLine(json, indent, depth + 1);
        }
    }

    private void close(boolean empty, char bracket, StringBuilder json, int depth) {
        if (!empty && indent != null) {
            newLine(json, indent, depth);
        }
        json.append(bracket);
    }

    private static void newLine(StringBuilder json, String indent, int depth) {
        Work.requireLength(json.length() + (long) indent.length() * depth);
        json.append('\n').append(indent.repeat(depth));
    }

    private static String key(Object key) {
        if (key instanceof String text) {
            return text;
        }
        if (key == None.NONE) {
            return "null";
        }
        if (PythonNumber.isInteger(key)) {
            return key.toString();
        }
        if (key instanceof Double real) {
            return number(real);
        }
        throw new JinjaException("keys must be str, int, float, bool or None, not " + Values.typeName(key));
    }

    private static String number(double real) {
        if (Double.isNaN(real)) {
            return "NaN";
        }
        return Double.isInfinite(real) ? (real > 0 ? "Infinity" : "-Infinity") : PythonNumber.repr(real);
    }

    private void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    if (c < ' ' || (asciiOnly && c > '~')) {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
