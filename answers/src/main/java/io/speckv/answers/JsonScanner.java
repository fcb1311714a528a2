package io.speckv.answers;

import io.speckv.answers.CallMatcher.Verdict;

/**
 * Follows a JSON object or array character by character, as strictly as RFC 8259. A parser will accept what this took as
 * complete, and what is still open is the beginning of valid JSON.
 */
final class JsonScanner {
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
    private JsonScalar scalar = new JsonScalar();
    private Place before = Place.START;
    private Place place = Place.START;
    private boolean inKey;
    private int hexDigits;
    private int stringStart;

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

    /** Returns what was accepted. */
    String text() {
        return text.toString();
    }

    /** Returns how many objects and arrays are open. */
    int depth() {
        return open.length();
    }

    /** Returns whether the last character ended a member's name. */
    boolean endsKey() {
        return before == Place.STRING && place == Place.COLON;
    }

    /** Returns whether the last character ended a string that is a value. */
    boolean endsString() {
        return before == Place.STRING && place == Place.AFTER_VALUE;
    }

    /** Returns the value of the string or name that the last character ended. */
    String string() {
        return JsonText.unquoted(text.substring(stringStart));
    }

    Verdict accept(char c) {
        text.append(c);
        before = place;
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
            return string(false);
        }
        scalar = new JsonScalar();
        return scalar.accept(c) ? go(Place.SCALAR) : Verdict.WRONG;
    }

    private Verdict key(char c) {
        return c == '"' ? string(true) : Verdict.WRONG;
    }

    private Verdict string(boolean key) {
        inKey = key;
        stringStart = text.length() - 1;
        return go(Place.STRING);
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
        if (scalar.accept(c)) {
            return Verdict.OPEN;
        }
        if (!scalar.isWhole()) {
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

    static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
