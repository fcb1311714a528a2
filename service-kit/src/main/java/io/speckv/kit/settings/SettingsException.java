package io.speckv.kit.settings;

/** Settings that cannot be used. The message names the key, its value, the layer that set it and the rule. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingsException(String message) {
        super(message);
    }

    public SettingsException(String message, Throwable cause) {
        super(message, cause);
    }
}
