package io.speckv.cli.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import org.jspecify.annotations.Nullable;

/** Values of {@code --set KEY=VALUE}, which are YAML. */
public final class SettingValue {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private SettingValue() {}

    /**
     * Returns the value as YAML reads it: a number, a text, true or false, a list, a block, or null.
     *
     * @throws WrongInputException if it is no YAML
     */
    public static @Nullable Object of(String key, String text) {
        try {
            return YAML.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            throw new WrongInputException(
                    "--set " + key + " is '" + text + "'; it must be a value in YAML, such as 256, lookahead or [1, 2]",
                    e);
        }
    }
}
