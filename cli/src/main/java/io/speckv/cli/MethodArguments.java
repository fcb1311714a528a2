package io.speckv.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A method by name, with settings from a YAML file and from the command line, later ones winning. */
final class MethodArguments {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description = "full, specpc, speckv, speckv-pc, snapkv, ... (full)")
    @Nullable
    String name;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML with the method's settings, as the paper's are")
    @Nullable
    Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one setting, such as max_capacity_prompt=256")
    Map<String, String> overrides = new LinkedHashMap<>();

    Method method() throws IOException {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        if (config != null) {
            settings.putAll(read(config));
        }
        for (Map.Entry<String, String> override : overrides.entrySet()) {
            settings.put(override.getKey(), YAML.readValue(override.getValue(), Object.class));
        }
        if (name == null && config != null) {
            return Methods.ofFile(settings);
        }
        return Methods.of(name == null ? "full" : name, settings);
    }

    private static Map<String, @Nullable Object> read(Path file) throws IOException {
        try {
            Map<String, @Nullable Object> settings = YAML.readValue(file.toFile(), new TypeReference<>() {});
            return settings == null ? Map.of() : settings;
        } catch (JsonProcessingException e) {
            throw new WrongInputException(file + ": expected YAML of settings, found " + e.getOriginalMessage(), e);
        }
    }
}
