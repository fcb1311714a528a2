package io.speckv.text.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code str.format}. */
final class BraceFormat {
    private static final Pattern PART = Pattern.compile("\\.([^.\\[]+)|\\[([^\\]]+)\\]");

    private final Arguments arguments;
    private int next;
    private boolean counts;
    private boolean names;

    private BraceFormat(Arguments arguments) {
        this.arguments = arguments;
    }

    static String format(String format, Arguments arguments) {
        return new BraceFormat(arguments).filled(format);
    }

    private String filled(String format) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            if ((c == '{' || c == '}') && at + 1 < format.length() && format.charAt(at + 1) == c) {
                text.append(c);
                at += 2;
            } else if (c == '{') {
                int end = closing(format, at);
                text.append(field(format.substring(at + 1, end)));
                at = end + 1;
            } else if (c == '}') {
                throw new JinjaException("Single '}' encountered in format string");
            } else {
                text.append(c);
                at++;
            }
        }
        return text.toString();
    }

    private static int closing(String format, int open) {
        int depth = 0;
        for (int i = open; i < format.length(); i++) {
            depth += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new JinjaException("expected '}' before end of string");
    }

    private String field(String field) {
        int end = nameEnd(field);
        Object value = value(field.substring(0, end));
        int at = end;
        if (field.startsWith("!", end)) {
            boolean whole = field.length() == end + 2 || field.startsWith(":", end + 2);
            if (!whole) {
                throw new JinjaException("expected one letter and ':' or '}' behind '!' in a format string");
            }
            value = converted(value, field.charAt(end + 1));
            at = end + 2;
        }
        return NumberFormat.format(value, at < field.length() ? filled(field.substring(at + 1)) : "");
    }

    /** Returns where the name of a field ends: at the first '!' or ':' that is not in brackets. */
    private static int nameEnd(String field) {
        boolean bracketed = false;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (!bracketed && (c == '!' || c == ':')) {
                return i;
            }
            bracketed = c == '[' || (bracketed && c != ']');
        }
        return field.length();
    }

    private static Object converted(Object value, char conversion) {
        return switch (conversion) {
            case 'r' -> Printing.repr(value);
            case 's' -> Printing.str(value);
            case 'a' -> PythonText.ascii(Printing.repr(value));
            default -> throw new JinjaException("Unknown conversion specifier " + conversion);
        };
    }

    private Object value(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        String first = name.substring(0, end);
        Object value;
        if (first.isEmpty() || first.chars().allMatch(Character::isDigit)) {
            counts |= first.isEmpty();
            names |= !first.isEmpty();
            if (counts && names) {
                throw new JinjaException("cannot switch between manual and automatic field numbering");
            }
            long place = first.isEmpty() ? next++ : index(first);
            if (place >= arguments.positional().size()) {
                throw new JinjaException("Replacement index " + place + " out of range for positional args tuple");
            }
            value = arguments.positional().get((int) place);
        } else {
            value = arguments.named().get(first);
            if (value == null) {
                throw new JinjaException("'" + first + "' is not an argument of format()");
            }
        }
        Matcher part = PART.matcher(name);
        while (end < name.length()) {
            if (!part.region(end, name.length()).lookingAt()) {
                throw new JinjaException(
                        "expected '.name' or '[key]' in a format string, found '" + name.substring(end) + "'");
            }
            String index = part.group(2);
            value = part.group(1) != null
                    ? Lookup.attribute(value, part.group(1))
                    : Lookup.item(value, index.chars().allMatch(Character::isDigit) ? (Object) index(index) : index);
            end = part.end();
        }
        return value;
    }

    private static long index(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new JinjaException("Too many decimal digits in format string", e);
        }
    }
}
