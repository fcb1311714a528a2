package io.speckv.answers;

import java.util.List;

/** Follows a number, {@code true}, {@code false} or {@code null}. The accepted characters always begin such a value. */
final class JsonScalar {
    private static final List<String> WORDS = List.of("true", "false", "null");
    private static final int CHARS_MOST = 1000;

    private enum Place {
        BEGIN,
        SIGN,
        ZERO,
        DIGITS,
        POINT,
        FRACTION,
        EXPONENT,
        EXPONENT_SIGN,
        POWER,
        WORD,
        WRONG
    }

    private final StringBuilder word = new StringBuilder();
    private Place place = Place.BEGIN;
    private int length;

    /** Returns whether {@code value} is a complete scalar. */
    static boolean is(String value) {
        JsonScalar scalar = new JsonScalar();
        return value.chars().allMatch(c -> scalar.accept((char) c)) && scalar.isWhole();
    }

    /** Takes the next character and returns true, or returns false and takes nothing if it may not stand there. */
    boolean accept(char c) {
        Place next = length < CHARS_MOST ? after(c) : Place.WRONG;
        if (next == Place.WRONG) {
            return false;
        }
        place = next;
        length++;
        return true;
    }

    /** Returns whether the value may end here. */
    boolean isWhole() {
        return switch (place) {
            case ZERO, DIGITS, FRACTION, POWER -> true;
            case WORD -> WORDS.contains(word.toString());
            default -> false;
        };
    }

    private Place after(char c) {
        boolean digit = c >= '0' && c <= '9';
        return switch (place) {
            case BEGIN -> c == '-' ? Place.SIGN : digit ? whole(c) : inWord(c);
            case SIGN -> digit ? whole(c) : Place.WRONG;
            case ZERO -> afterWhole(c);
            case DIGITS -> digit ? Place.DIGITS : afterWhole(c);
            case POINT -> digit ? Place.FRACTION : Place.WRONG;
            case FRACTION -> digit ? Place.FRACTION : isExponent(c) ? Place.EXPONENT : Place.WRONG;
            case EXPONENT -> c == '+' || c == '-' ? Place.EXPONENT_SIGN : digit ? Place.POWER : Place.WRONG;
            case EXPONENT_SIGN, POWER -> digit ? Place.POWER : Place.WRONG;
            case WORD -> inWord(c);
            case WRONG -> Place.WRONG;
        };
    }

    private static Place whole(char digit) {
        return digit == '0' ? Place.ZERO : Place.DIGITS;
    }

    private static Place afterWhole(char c) {
        return c == '.' ? Place.POINT : isExponent(c) ? Place.EXPONENT : Place.WRONG;
    }

    private static boolean isExponent(char c) {
        return c == 'e' || c == 'E';
    }

    private Place inWord(char c) {
        String longer = word.toString() + c;
        if (WORDS.stream().noneMatch(one -> one.startsWith(longer))) {
            return Place.WRONG;
        }
        word.append(c);
        return Place.WORD;
    }
}
