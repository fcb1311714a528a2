package io.speckv.kit.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written like {@code 64MiB}.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,30})\\s*(B|KiB|MiB|GiB)?");
    private static final Map<String, Integer> SHIFT = Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30);

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("byte size is " + bytes + ", must not be negative");
        }
    }

    /** Returns the size that {@code text} names: digits, then B (or nothing), KiB, MiB or GiB. */
    @JsonCreator
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a byte size: write a whole number followed by B, KiB, MiB or GiB");
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        long factor = 1L << SHIFT.getOrDefault(unit, 0);
        BigInteger bytes = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(factor));
        if (bytes.bitLength() >= Long.SIZE) {
            throw new IllegalArgumentException(
                    "'" + text + "' is more than any memory has, must be below 8589934592GiB");
        }
        return new ByteSize(bytes.longValue());
    }

    /** Returns the size as text for people, such as {@code 1.5 GiB}. */
    public String readable() {
        if (bytes < 1 << 20) {
            return bytes < 1 << 10 ? bytes + " B" : (bytes >> 10) + " KiB";
        }
        return bytes < 1 << 30 ? (bytes >> 20) + " MiB" : String.format(Locale.ROOT, "%.1f GiB", bytes * 0x1p-30);
    }

    /** Returns the size as an int, for interfaces that take an int. */
    public int toIntExact() {
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("byte size is " + bytes + ", must be below 2 GiB here");
        }
        return (int) bytes;
    }
}
