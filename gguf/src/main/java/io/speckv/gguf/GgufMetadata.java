package io.speckv.gguf;

import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys and values at the beginning of a GGUF file. */
public final class GgufMetadata {
    private final Path file;
    private final Map<String, Object> values;

    GgufMetadata(Path file, Map<String, Object> values) {
        this.file = file;
        this.values = Map.copyOf(values);
    }

    /** Returns whether the key has a value. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** Returns whether the key's value is a list. */
    public boolean isList(String key) {
        Object value = values.get(key);
        return value != null && value.getClass().isArray();
    }

    /** Returns a whole number, or {@code fallback} if there is none. */
    public int integer(String key, int fallback) {
        Object value = values.get(key);
        if (value == null) {
            return fallback;
        }
        // Some files have a number for each layer. If all are equal, they count as one number.
        Object one = value instanceof long[] list && list.length > 0 && allEqual(list) ? (Object) list[0] : value;
        if (!(one instanceof Long number) || number < 0 || number > Integer.MAX_VALUE) {
            throw unexpected(key, "a number from 0 to 2^31 - 1");
        }
        return number.intValue();
    }

    /**
     * Returns a whole number.
     *
     * @throws GgufException if there is none
     */
    public int requireInteger(String key) {
        require(key, "a whole number");
        return integer(key, 0);
    }

    /** Returns a number, or {@code fallback} if there is none. */
    public double number(String key, double fallback) {
        Object value = values.get(key);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof Number number)) {
            throw unexpected(key, "a number");
        }
        return number.doubleValue();
    }

    /** Returns whether a switch is on, or {@code fallback} if there is none. */
    public boolean flag(String key, boolean fallback) {
        Object value = values.get(key);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof Boolean flag)) {
            throw unexpected(key, "true or false");
        }
        return flag;
    }

    /** Returns a text, or null if there is none. */
    public @Nullable String text(String key) {
        Object value = values.get(key);
        if (value != null && !(value instanceof String)) {
            throw unexpected(key, "a text");
        }
        return (String) value;
    }

    /**
     * Returns a text.
     *
     * @throws GgufException if there is none
     */
    public String requireText(String key) {
        String text = text(key);
        if (text == null) {
            throw new GgufException(file, "key " + key + " with a text", "none of this name");
        }
        return text;
    }

    /** Returns a list of texts, empty if there is none; borrowed, do not change it. */
    public String[] texts(String key) {
        Object value = values.get(key);
        if (value != null && !(value instanceof String[])) {
            throw unexpected(key, "a list of texts");
        }
        return value == null ? new String[0] : (String[]) value;
    }

    /** Returns a list of whole numbers, empty if there is none; borrowed, do not change it. */
    public long[] integers(String key) {
        Object value = values.get(key);
        if (value != null && !(value instanceof long[])) {
            throw unexpected(key, "a list of whole numbers");
        }
        return value == null ? new long[0] : (long[]) value;
    }

    /** Returns a list of numbers, empty if there is none; borrowed, do not change it. */
    public double[] numbers(String key) {
        Object value = values.get(key);
        if (value != null && !(value instanceof double[])) {
            throw unexpected(key, "a list of numbers");
        }
        return value == null ? new double[0] : (double[]) value;
    }

    /** Returns the failure of one key. */
    public GgufException unexpected(String key, String expected) {
        Object value = values.get(key);
        String found = value == null
                ? "nothing"
                : value.getClass().isArray() ? "a list of " + Array.getLength(value) : value.toString();
        return new GgufException(file, "key " + key + " as " + expected, found);
    }

    private void require(String key, String expected) {
        if (!values.containsKey(key)) {
            throw new GgufException(file, "key " + key + " with " + expected, "none of this name");
        }
    }

    private static boolean allEqual(long[] list) {
        for (long number : list) {
            if (number != list[0]) {
                return false;
            }
        }
        return true;
    }
}
