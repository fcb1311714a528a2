package io.speckv.answers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes valid JSON text apart, and keeps its pieces in their original characters. */
final class JsonText {
    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /** Returns the members of an object by name, values as they are written; empty if a name comes twice. */
    static Optional<Map<String, String>> members(String object) {
        JsonText reader = new JsonText(object);
        Map<String, String> members = new LinkedHashMap<>();
        reader.next('{');
        while (!reader.next('}')) {
            String name = unquoted(reader.value());
            reader.next(':');
            if (members.put(name, reader.value()) != null) {
                return Optional.empty();
            }
            reader.next(',');
        }
        return Optional.of(members);
    }

    /** Returns the elements of an array as they are written. */
    static List<String> elements(String array) {
        JsonText reader = new JsonText(array);
        List<String> elements = new ArrayList<>();
        reader.next('[');
        while (!reader.next(']')) {
            elements.add(reader.value());
            reader.next(',');
        }
        return elements;
    }

    /** Skips white space and {@code c}; returns whether {@code c} was there. */
    private boolean next(char c) {
        while (at < text.length() && JsonScanner.isSpace(text.charAt(at))) {
            at++;
        }
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private String value() {
        while (JsonScanner.isSpace(text.charAt(at))) {
            at++;
        }
        int start = at;
        int depth = 0;
        do {
            char c = text.charAt(at);
            if (c == '"') {
                at = endOfString(at);
                continue;
            }
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
            at++;
        } while (depth > 0 || !isEndOfValue(start));
        return text.substring(start, at);
    }

    /** Objects, arrays and strings end with their last character; numbers and words end before the character that follows. */
    private boolean isEndOfValue(int start) {
        char first = text.charAt(start);
        if (first == '{' || first == '[' || first == '"') {
            return true;
        }
        char c = text.charAt(at);
        return JsonScanner.isSpace(c) || c == ',' || c == '}' || c == ']';
    }

    private int endOfString(int start) {
        int i = start + 1;
        while (text.charAt(i) != '"') {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return i + 1;
    }

    /** Returns the value of a JSON string. */
    static String unquoted(String string) {
        StringBuilder plain = new StringBuilder(string.length());
        int i = 1;
        while (i < string.length() - 1) {
            char c = string.charAt(i++);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escaped = string.charAt(i++);
            switch (escaped) {
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(string.substring(i, i + 4), 16));
                    i += 4;
                }
                default -> plain.append(escaped);
            }
        }
        return plain.toString();
    }

    /** Returns the JSON string whose value is {@code plain}. */
    static String quoted(String plain) {
        StringBuilder string = new StringBuilder(plain.length() + 2).append('"');
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            switch (c) {
                case '"', '\\' -> string.append('\\').append(c);
                case '\n' -> string.append("\\n");
                case '\r' -> string.append("\\r");
                case '\t' -> string.append("\\t");
                default -> {
                    if (c < ' ') {
                        string.append("\\u%04x".formatted((int) c));
                    } else {
                        string.append(c);
                    }
                }
            }
        }
        return string.append('"').toString();
    }
}
