package io.speckv.selection;

import org.jspecify.annotations.Nullable;

/** A setting broke a rule; the message names its key, its value and the rule. */
public final class InvalidSettingException extends IllegalArgumentException {
    private final String key;
    private final String complaint;

    private InvalidSettingException(String key, String complaint) {
        super(key + complaint);
        this.key = key;
        this.complaint = complaint;
    }

    /** Returns the exception for {@code key = value}, which breaks {@code rule} ("must be ..."). */
    public static InvalidSettingException of(String key, @Nullable Object value, String rule) {
        return new InvalidSettingException(key, " = " + value + ": " + rule);
    }

    /** Throws unless {@code holds}. */
    public static void require(boolean holds, String key, Object value, String rule) {
        if (!holds) {
            throw of(key, value, rule);
        }
    }

    /** Returns the same complaint about a key inside the block {@code block}. */
    public InvalidSettingException within(String block) {
        return new InvalidSettingException(block + "." + key, complaint);
    }

    /** Returns the key at fault, dotted when it lies in a block. */
    public String key() {
        return key;
    }
}
