package io.speckv.text.jinja;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts that Python's {@code int} and {@code float} take for numbers; Java takes others. */
final class WrittenNumber {
    // Possessive, since Java's other repeated groups take a level of the stack for each character.
    private static final String DIGITS = "[0-9](?:_?[0-9])*+";
    private static final Pattern REAL = Pattern.compile(
            "[+-]?(?:" + DIGITS + "(?:\\.(?:" + DIGITS + ")?)?|\\." + DIGITS + ")(?:[eE][+-]?" + DIGITS + ")?");
    private static final Pattern SPECIAL = Pattern.compile("[+-]?(?:inf|infinity|nan)");
    private static final Pattern WHOLE =
            Pattern.compile("[+-]?(?:0[xX]_?|0[oO]_?|0[bB]_?)?[0-9a-zA-Z](?:_?[0-9a-zA-Z])*+");
    private static final int BASE_MOST = 36;
    /** Python's own limit for texts of integers, since reading them takes time that grows with the square of their length. */
    private static final int DIGITS_MOST = 4300;

    private WrittenNumber() {}

    static Optional<Double> real(String text) {
        String plain = plain(text);
        if (REAL.matcher(plain).matches()) {
            return Optional.of(Double.parseDouble(plain.replace("_", "")));
        }
        String lower = plain.toLowerCase(Locale.ROOT);
        if (!SPECIAL.matcher(lower).matches()) {
            return Optional.empty();
        }
        return Optional.of(
                lower.endsWith("nan")
                        ? Double.NaN
                        : lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }

    /** @param base 2 to 36, or 0 for the one that the text begins with; others read nothing */
    static Optional<BigInteger> whole(String text, int base) {
        String plain = plain(text);
        if (base < 0 || base == 1 || base > BASE_MOST || !WHOLE.matcher(plain).matches()) {
            return Optional.empty();
        }
        boolean signed = plain.startsWith("-") || plain.startsWith("+");
        String digits = (signed ? plain.substring(1) : plain).replace("_", "").toLowerCase(Locale.ROOT);
        int prefix = digits.startsWith("0x") ? 16 : digits.startsWith("0o") ? 8 : digits.startsWith("0b") ? 2 : 0;
        if (prefix != 0 && (base == 0 || base == prefix)) {
            return read(digits.substring(2), prefix, plain);
        }
        // Python leaves open what a leading zero means where no base is given.
        if (base == 0 && digits.startsWith("0") && !digits.matches("0+")) {
            return Optional.empty();
        }
        return read(digits, base == 0 ? 10 : base, plain);
    }

    private static Optional<BigInteger> read(String digits, int base, String plain) {
        if (digits.isEmpty()
                || digits.length() > DIGITS_MOST
                || !digits.chars().allMatch(c -> Character.digit(c, base) >= 0)) {
            return Optional.empty();
        }
        BigInteger whole = new BigInteger(digits, base);
        return Optional.of(plain.startsWith("-") ? whole.negate() : whole);
    }

    /** Returns a text without the space around it, with digits of any script as ASCII's. */
    private static String plain(String text) {
        return PythonText.strip(text, null)
                .codePoints()
                .mapToObj(c -> Character.isDigit(c) ? String.valueOf(Character.digit(c, 10)) : Character.toString(c))
                .collect(Collectors.joining());
    }
}
