package io.speckv.answers;

import io.speckv.answers.CallMatcher.Verdict;
import java.util.regex.Pattern;

/**
 * Follows a JSON object or array, character by character, as strictly as RFC 8259 has it: whoever parses what it took as
 * complete will not fail.
 */
final class JsonScanner {
    private static final Pattern SCALAR =
            Pattern.compile("true|false|null|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
    private static final int SCALAR_CHARS_MOST = 1000;
    private static final int DEPTH_MOST = 500;

    private enum Place {
        START,
        VALUE,
        VALUE_OR_END,
        KEY,
        KEY_OR_END,
        COLON,
        AFTER_VALUE,
        STRING,
        ESCAPE,
        SCALAR
    }

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder open = new StringBuilder();
    private final StringBuilder scalar = new StringBuilder();
    private Place place = Place.START;
    private boolean inKey;
    private int hexDigits;

    /** Returns whether {@code value} is the text of an object, with nothing but white space around it. */
    static boolean isObject(String value) {
        return isWhole(value.strip(), '{');
    }

    /** Returns whether {@code value} is the text of an array, with nothing but white space around it. */
    static boolean isArray(String value) {
        return isWhole(value.strip(), '[');
    }

    private static boolean isWhole(String value, char first) {
        JsonScanner scanner = new JsonScanner();
        for (int i = 0; i < value.length(); i++) {
            Verdict verdict = scanner.accept(value.charAt(i));
            if (verdict != Verdict.OPEN) {
                return verdict == Verdict.COMPLETE && i == value.length() - 1 && value.charAt(0) == first;
            }
        }
        return false;
    }

    /** Returns whether {@code value} is a number, {@code true}, {@code false} or {@code null}. */
    static boolean isScalar(String value) {
        return value.length() <= SCALAR_CHARS_MOST && SCALAR.matcher(value).matches();
    }

    /** Returns what was accepted. */
    String text() {
        return text.toString();
    }

    Verdict accept(char c) {
        text.append(c);
        return switch (place) {
            case STRING -> inString(c);
            case ESCAPE -> escaped(c);
            case SCALAR -> inScalar(c);
            default -> isSpace(c) && place != Place.START ? Verdict.OPEN : token(c);
        };
    }

    private Verdict token(char c) {
        return switch (place) {
            case START -> c == '{' || c == '[' ? value(c) : Verdict.WRONG;
            case VALUE -> value(c);
            case VALUE_OR_END -> c == ']' ? close(c) : value(c);
            case KEY_OR_END -> c == '}' ? close(c) : key(c);
            case KEY -> key(c);
            case COLON -> c == ':' ? go(Place.VALUE) : Verdict.WRONG;
            case AFTER_VALUE -> afterValue(c);
            case STRING, ESCAPE, SCALAR -> throw new IllegalStateException("not between values: " + place);
        };
    }

    private Verdict value(char c) {
        if (c == '{' || c == '[') {
            open.append(c);
            return open.length() > DEPTH_MOST ? Verdict.WRONG : go(c == '{' ? Place.KEY_OR_END : Place.VALUE_OR_END);
        }
        if (c == '"') {
            inKey = false;
            return go(Place.STRING);
        }
        scalar.setLength(0);
        scalar.append(c);
        return isScalarChar(c) ? go(Place.SCALAR) : Verdict.WRONG;
    }

    private Verdict key(char c) {
        inKey = true;
        return c == '"' ? go(Place.STRING) : Verdict.WRONG;
    }

    private Verdict afterValue(char c) {
        if (c == ',') {
            return go(innermost() == '{' ? Place.KEY : Place.VALUE);
        }
        return close(c);
    }

    private Verdict close(char c) {
        if (c != (innermost() == '{' ? '}' : ']')) {
            return Verdict.WRONG;
        }
        open.setLength(open.length() - 1);
        place = Place.AFTER_VALUE;
        return open.isEmpty() ? Verdict.COMPLETE : Verdict.OPEN;
    }

    private Verdict inString(char c) {
        if (c == '"') {
            return go(inKey ? Place.COLON : Place.AFTER_VALUE);
        }
        if (c == '\\') {
            hexDigits = 0;
            return go(Place.ESCAPE);
        }
        return c < ' ' ? Verdict.WRONG : Verdict.OPEN;
    }

    private Verdict escaped(char c) {
        if (hexDigits > 0) {
            hexDigits--;
            place = hexDigits == 0 ? Place.STRING : Place.ESCAPE;
            return Character.digit(c, 16) >= 0 && c < 128 ? Verdict.OPEN : Verdict.WRONG;
        }
        if (c == 'u') {
            hexDigits = 4;
            return Verdict.OPEN;
        }
        return "\"\\/bfnrt".indexOf(c) >= 0 ? go(Place.STRING) : Verdict.WRONG;
    }

    private Verdict inScalar(char c) {
        if (isScalarChar(c) && scalar.length() < SCALAR_CHARS_MOST) {
            scalar.append(c);
            return Verdict.OPEN;
        }
        if (!SCALAR.matcher(scalar).matches()) {
            return Verdict.WRONG;
        }
        place = Place.AFTER_VALUE;
        return isSpace(c) ? Verdict.OPEN : afterValue(c);
    }

    private char innermost() {
        return open.charAt(open.length() - 1);
    }

    private Verdict go(Place next) {
        place = next;
        return Verdict.OPEN;
    }

    private static boolean isScalarChar(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' || c == 'E';
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
