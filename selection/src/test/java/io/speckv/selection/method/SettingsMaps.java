package io.speckv.selection.method;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings as JSON and YAML hold them, whose values may be null. */
final class SettingsMaps {
    private SettingsMaps() {}

    /** Returns settings of keys and values, one after the other. */
    static Map<String, @Nullable Object> settings(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> settings = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return settings;
    }
}
