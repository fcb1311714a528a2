package io.speckv.cli.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A method's settings as {@code --set KEY=VALUE} and the files of {@code --config} have them: both are read alike. */
public final class SettingsYaml {
    /** A key that comes twice is refused, as in the services' own files. */
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private SettingsYaml() {}

    /**
     * Returns a value as YAML reads it: a number, a text, true or false, a list, a block, or null.
     *
     * @throws WrongInputException if it is no YAML, or a key of a block comes twice
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
     * Returns the settings of a file by their keys.
     *
     * @throws IOException if the file cannot be read
     * @throws WrongInputException if it is no block of YAML, or a key comes twice
     */
    static Map<String, @Nullable Object> file(Path file) throws IOException {
        try {
            Map<String, @Nullable Object> settings = YAML.readValue(TextFile.read(file), new TypeReference<>() {});
            return settings == null ? Map.of() : settings;
        } catch (JsonProcessingException e) {
            throw new WrongInputException(file + ": expected YAML of settings, found " + e.getOriginalMessage(), e);
        }
    }
}
