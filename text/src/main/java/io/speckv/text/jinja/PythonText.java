package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Behaviour of Python's strings that differs from Java's. */
final class PythonText {
    private static final String LINE_ENDS = "\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029";

    private PythonText() {}

    static boolean isSpace(int c) {
        return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f) || c == 0x85;
    }

    /** Returns whether a text is only white space, and not empty. */
    static boolean isSpace(String text) {
        return !text.isEmpty() && text.chars().allMatch(PythonText::isSpace);
    }

    static String strip(String text, @Nullable String chars) {
        return lstrip(rstrip(text, chars), chars);
    }

    static String lstrip(String text, @Nullable String chars) {
        int start = 0;
        while (start < text.length() && strips(text.codePointAt(start), chars)) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start);
    }

    static String rstrip(String text, @Nullable String chars) {
        int end = text.length();
        while (end > 0 && strips(text.codePointBefore(end), chars)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(0, end);
    }

    private static boolean strips(int c, @Nullable String chars) {
        return chars == null ? isSpace(c) : chars.indexOf(c) >= 0;
    }

    /** Returns the parts between white space. At most {@code most} parts are cut off, from the left on; all if negative. */
    static List<Object> splitAtSpace(String text, int most) {
        List<Object> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < text.length() && isSpace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return parts;
            }
            if (most >= 0 && parts.size() == most) {
                parts.add(text.substring(at)); // as Python has it: white space at the end of the rest stays
                return parts;
            }
            int end = at;
            while (end < text.length() && !isSpace(text.charAt(end))) {
                end++;
            }
            parts.add(text.substring(at, end));
            at = end;
        }
    }

    static List<Object> split(String text, String separator, int most) {
        requireSeparator(separator);
        List<Object> parts = new ArrayList<>();
        int at = 0;
        for (int next = text.indexOf(separator);
                next >= 0 && (most < 0 || parts.size() < most);
                next = text.indexOf(separator, at)) {
            parts.add(text.substring(at, next));
            at = next + separator.length();
        }
        parts.add(text.substring(at));
        return parts;
    }

    static List<Object> rsplit(String text, @Nullable String separator, int most) {
        if (separator == null) {
            List<Object> all = splitAtSpace(text, -1);
            if (most < 0 || all.size() <= most) {
                return all;
            }
            // The rest keeps its white space except at its end, so the last words are cut off one by one.
            List<Object> parts = new ArrayList<>();
            String rest = rstrip(text, null);
            for (int i = 0; i < most; i++) {
                String last = (String) all.get(all.size() - 1 - i);
                parts.add(0, last);
                rest = rstrip(rest.substring(0, rest.length() - last.length()), null);
            }
            parts.add(0, rest);
            return parts;
        }
        requireSeparator(separator);
        List<Object> parts = new ArrayList<>();
        int end = text.length();
        for (int last = text.lastIndexOf(separator);
                last >= 0 && (most < 0 || parts.size() < most);
                last = end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length())) {
            parts.add(0, text.substring(last + separator.length(), end));
            end = last;
        }
        parts.add(0, text.substring(0, end));
        return parts;
    }

    private static void requireSeparator(String separator) {
        if (separator.isEmpty()) {
            throw new JinjaException("empty separator");
        }
    }

    static List<Object> lines(String text, boolean keepEnds) {
        List<Object> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (LINE_ENDS.indexOf(text.charAt(i)) >= 0) {
                int end = text.startsWith("\r\n", i) ? i + 2 : i + 1;
                lines.add(text.substring(start, keepEnds ? end : i));
                start = end;
                i = end - 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    /** Returns the value of a string literal with its escapes resolved. */
    static String unescaped(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        StringBuilder text = new StringBuilder(literal.length());
        int at = 0;
        while (at < literal.length()) {
            char c = literal.charAt(at++);
            if (c != '\\' || at == literal.length()) {
                text.append(c);
                continue;
            }
            char escape = literal.charAt(at++);
            switch (escape) {
                case '\n' -> {}
                case '\\', '\'', '"' -> text.append(escape);
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'a' -> text.append('\u0007');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'v' -> text.append('\u000b');
                case 'x' -> at = hex(literal, at, 2, text);
                case 'u' -> at = hex(literal, at, 4, text);
                case 'U' -> at = hex(literal, at, 8, text);
                case 'N' -> at = named(literal, at, text);
                default -> {
                    if (escape >= '0' && escape <= '7') {
                        int end = at;
                        while (end < literal.length()
                                && end < at + 2
                                && literal.charAt(end) >= '0'
                                && literal.charAt(end) <= '7') {
                            end++;
                        }
                        text.append((char) Integer.parseInt(literal.substring(at - 1, end), 8));
                        at = end;
                    } else {
                        text.append('\\').append(escape);
                    }
                }
            }
        }
        return text.toString();
    }

    private static int hex(String literal, int at, int digits, StringBuilder text) {
        int end = at + digits;
        try {
            text.appendCodePoint(Integer.parseInt(literal.substring(at, end), 16));
            return end;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new JinjaException("a string has a broken escape", e);
        }
    }

    private static int named(String literal, int at, StringBuilder text) {
        int end = literal.indexOf('}', at);
        try {
            if (end < 0 || literal.charAt(at) != '{') {
                throw new JinjaException("malformed \\N character escape");
            }
            text.appendCodePoint(Character.codePointOf(literal.substring(at + 1, end)));
            return end + 1;
        } catch (IllegalArgumentException e) {
            throw new JinjaException("unknown Unicode character name", e);
        }
    }

    /** Returns a text as Python writes it in a list: quoted, with escapes. */
    static String repr(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder written = new StringBuilder(text.length() + 2).append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> written.append("\\n");
                case '\t' -> written.append("\\t");
                case '\r' -> written.append("\\r");
                case '\\' -> written.append("\\\\");
                default -> {
                    if (c == quote) {
                        written.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        written.appendCodePoint(c);
                    } else if (c < 0x100) {
                        written.append(String.format("\\x%02x", c));
                    } else {
                        written.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
                    }
                }
            }
        });
        return written.append(quote).toString();
    }

    /** Returns a text with everything beyond ASCII as escapes. */
    static String ascii(String text) {
        StringBuilder written = new StringBuilder();
        text.codePoints()
                .forEach(c -> written.append(
                        c < 0x80
                                ? Character.toString(c)
                                : String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c)));
        return written.toString();
    }

    static boolean isPrintable(int c) {
        return c == ' '
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR -> false;
                    default -> true;
                };
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    static String repeated(String text, long times) {
        Work.requireLength(text.length() * Math.max(0, times));
        return text.repeat((int) Math.max(0, times));
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }
}
