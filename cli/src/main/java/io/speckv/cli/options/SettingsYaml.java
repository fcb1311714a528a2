package io.speckv.cli.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a method's settings from {@code --set KEY=VALUE} and from files of {@code --config}, both by the same rules. */
public final class SettingsYaml {
    /** Refuses duplicate keys, as the services' own settings files do, and a second document, which nobody would read. */
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private SettingsYaml() {}

    /**
     * Returns a value as YAML reads it: a number, a text, true or false, a list, a block, or null.
     *
     * @throws WrongInputException if it is not YAML, or a key of a block comes twice
     */
    public static @Nullable Object value(String key, String text) {
        try {
            return YAML.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            throw new WrongInputException(
                    "--set " + key + " is '" + text + "'; it must be a value in YAML, such as 256, lookahead or [1, 2]",
                    e);
        }
    }

    /**
     * Returns the settings of a file by their keys; an empty one has none, as with the services' own files.
     *
     * @throws IOException if the file cannot be read
     * @throws WrongInputException if it is not a block of YAML, or a key comes twice
     */
    static Map<String, @Nullable Object> file(Path file) throws IOException {
        try {
            JsonNode settings = YAML.readTree(TextFile.read(file));
            if (settings.isMissingNode() || settings.isNull()) {
                return Map.of();
            }
            if (!settings.isObject()) {
                throw new WrongInputException(file + ": expected YAML of settings, found "
                        + settings.getNodeType().name().toLowerCase(Locale.ROOT)
                        + "; write keys and values, such as window_size: 8");
            }
            return YAML.convertValue(settings, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new WrongInputException(file + ": expected YAML of settings, found " + e.getOriginalMessage(), e);
        }
    }
}
