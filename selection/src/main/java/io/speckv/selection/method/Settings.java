package io.speckv.selection.method;

import io.speckv.selection.InvalidSettingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One block of a settings file while a method reads it. Every read names a key that the method knows, and {@link #finish}
 * refuses all other keys. Types are checked here. Ranges are checked by the records that the values go into.
 */
final class Settings {
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");

    private final Map<String, @Nullable Object> values;
    private final TreeSet<String> known = new TreeSet<>();
    private final Map<String, @Nullable Object> applied = new LinkedHashMap<>();
    private final Map<String, Settings> blocks = new LinkedHashMap<>();

    Settings(Map<String, ? extends @Nullable Object> values) {
        this.values = new LinkedHashMap<>(values);
    }

    /** Returns whether the key has a value other than null. */
    boolean has(String key) {
        known.add(key);
        return values.get(key) != null;
    }

    int integer(String key, int fallback) {
        known.add(key);
        return applied(key, values.containsKey(key) ? requireInteger(key, values.get(key)) : fallback);
    }

    /** Returns null if the file says null. */
    @Nullable
    Integer integerOrNull(String key, @Nullable Integer fallback) {
        known.add(key);
        Object value = values.containsKey(key) ? values.get(key) : fallback;
        Integer number = value == null ? null : (Integer) requireInteger(key, value);
        applied.put(key, number);
        return number;
    }

    double number(String key, double fallback) {
        known.add(key);
        if (!values.containsKey(key)) {
            return applied(key, fallback);
        }
        if (values.get(key) instanceof Number number) {
            return applied(key, number.doubleValue());
        }
        throw InvalidSettingException.of(key, shown(values.get(key)), "must be a number");
    }

    /** Returns the numbers of a block whose keys are counts, such as {@code {2048: 1.0, 32768: 0.2}}. */
    NavigableMap<Integer, Double> numbersByCount(String key) {
        known.add(key);
        NavigableMap<Integer, Double> numbers = new TreeMap<>();
        requireBlock(key, values.get(key)).forEach((count, value) -> {
            if (!COUNT.matcher(count).matches() || !(value instanceof Number number)) {
                throw InvalidSettingException.of(
                        key, values.get(key), "must hold numbers by token counts, such as {2048: 1.0, 32768: 0.2}");
            }
            numbers.put(Integer.valueOf(count), number.doubleValue());
        });
        applied.put(key, values.get(key));
        return numbers;
    }

    boolean flag(String key, boolean fallback) {
        known.add(key);
        if (!values.containsKey(key)) {
            return applied(key, fallback);
        }
        if (values.get(key) instanceof Boolean flag) {
            return applied(key, flag);
        }
        throw InvalidSettingException.of(key, shown(values.get(key)), "must be true or false");
    }

    /** Returns null if the file has no such key, or says null. */
    @Nullable
    String textOrNull(String key) {
        known.add(key);
        Object value = values.get(key);
        if (value != null && !(value instanceof String)) {
            throw InvalidSettingException.of(key, value, "must be a text");
        }
        applied.put(key, value);
        return (String) value;
    }

    /** Returns the choice that the file names; null in the file is the choice {@code none}, if there is one. */
    <T> T choice(String key, String fallback, Map<String, T> choices) {
        known.add(key);
        Object name = values.containsKey(key) ? values.get(key) : fallback;
        T choice = name == null ? choices.get("none") : choices.get(String.valueOf(name));
        if (choice == null) {
            throw InvalidSettingException.of(key, name, "must be one of " + new TreeSet<>(choices.keySet()));
        }
        applied.put(key, name == null ? "none" : String.valueOf(name));
        return choice;
    }

    /** Returns the block under {@code key}; an empty block if it is missing or null. */
    Settings block(String key) {
        known.add(key);
        Object value = values.get(key);
        Settings block = new Settings(value == null ? Map.of() : Settings.requireBlock(key, value));
        applied.put(key, block.applied);
        blocks.put(key, block);
        return block;
    }

    /** Returns the values as they were given. */
    Map<String, @Nullable Object> values() {
        return values;
    }

    /** Returns whether the key was read; it may reach into a block with a dot. */
    boolean wasRead(String key) {
        int dot = key.indexOf('.');
        Settings block = dot < 0 ? null : blocks.get(key.substring(0, dot));
        return block == null ? known.contains(key) : block.wasRead(key.substring(dot + 1));
    }

    /** Returns every value that was read, whether the file or the default set it. */
    Map<String, @Nullable Object> applied() {
        return applied;
    }

    private <T> T applied(String key, T value) {
        applied.put(key, value);
        return value;
    }

    /**
     * Throws if the file, or a block of it that was read, has a key that the method did not read.
     *
     * @param ignored keys that may stand here unread
     * @throws InvalidSettingException naming the key and listing the known keys
     */
    void finish(Set<String> ignored) {
        for (Map.Entry<String, @Nullable Object> entry : values.entrySet()) {
            if (!known.contains(entry.getKey()) && !ignored.contains(entry.getKey())) {
                throw InvalidSettingException.of(
                        entry.getKey(), entry.getValue(), "is not a key here; the keys are " + known);
            }
        }
        blocks.forEach((name, block) -> {
            try {
                block.finish(Set.of());
            } catch (InvalidSettingException e) {
                throw e.within(name);
            }
        });
    }

    /** Returns the value as a block with text keys. */
    static Map<String, @Nullable Object> requireBlock(String key, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> block)) {
            throw InvalidSettingException.of(key, shown(value), "must be a block of settings");
        }
        Map<String, @Nullable Object> typed = new LinkedHashMap<>();
        block.forEach((k, v) -> typed.put(String.valueOf(k), v));
        return typed;
    }

    /** Returns a text in quotes, so that an error shows that its type is wrong. */
    private static @Nullable Object shown(@Nullable Object value) {
        return value instanceof String ? "'" + value + "'" : value;
    }

    private static int requireInteger(String key, @Nullable Object value) {
        boolean whole = value instanceof Integer || value instanceof Long || value instanceof Short;
        if (whole && value instanceof Number number && number.longValue() == number.intValue()) {
            return number.intValue();
        }
        throw InvalidSettingException.of(key, shown(value), "must be a whole number of 32 bits");
    }
}
