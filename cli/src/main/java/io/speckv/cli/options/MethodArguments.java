package io.speckv.cli.options;

import io.speckv.kit.wire.MethodSettings;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.selection.method.Preset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A method by name, with settings from a YAML file and from the command line; later ones win. */
public final class MethodArguments {
    private static final String SPARSE_TYPE = "sparse_type";

    @Option(names = "--method", paramLabel = "NAME", description = "full, specpc, speckv, speckv-pc, snapkv, ...")
    @Nullable
    String name;

    @Option(
            names = "--config",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "YAML with the method's settings, as the paper's are")
    @Nullable
    Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one setting, such as max_capacity_prompt=256")
    Map<String, String> overrides = new LinkedHashMap<>();

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "paper: exactly the paper's method, its answer from the evicted cache from the first token on")
    @Nullable
    String preset;

    /** Returns whether an option was given. */
    public boolean isGiven() {
        return name != null || config != null || preset != null || !overrides.isEmpty();
    }

    /** Returns the method of a local run; "full" if none was named. */
    public Method method() throws IOException {
        Map<String, @Nullable Object> settings = settings();
        if (name == null && config != null) {
            return methodOf(config, settings);
        }
        return Methods.of(name == null ? "full" : name, settings);
    }

    /** Returns the method of a request; without a name the router chooses the method. */
    public io.speckv.proto.v1.Method toProto() throws IOException {
        Map<String, @Nullable Object> settings = settings();
        String asked =
                name == null && config != null ? methodOf(config, settings).name() : name;
        try {
            return MethodSettings.toProto(asked == null ? "" : asked, nested(settings));
        } catch (IllegalArgumentException e) {
            throw new WrongInputException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Method methodOf(Path config, Map<String, @Nullable Object> settings) {
        boolean named = settings.containsKey(SPARSE_TYPE)
                || (settings.get("sparse_config") instanceof Map<?, ?> block && block.containsKey(SPARSE_TYPE));
        if (!named) {
            throw new WrongInputException(
                    "--config " + config + " names no method (its key " + SPARSE_TYPE + "); say --method NAME");
        }
        return Methods.ofFile(settings);
    }

    private Map<String, @Nullable Object> settings() throws IOException {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        if (config != null) {
            settings.putAll(SettingsYaml.file(config));
        }
        if (preset != null) {
            settings.put(Preset.KEY, preset);
        }
        for (Map.Entry<String, String> override : overrides.entrySet()) {
            settings.put(override.getKey(), SettingsYaml.value(override.getKey(), override.getValue()));
        }
        return settings;
    }

    /**
     * Returns the settings in blocks. On the wire a block is a message: {@code specpc.window_size} is a key of {@code specpc}.
     */
    private static Map<String, @Nullable Object> nested(Map<String, @Nullable Object> settings) {
        Map<String, @Nullable Object> nested = new LinkedHashMap<>();
        settings.forEach((key, value) -> {
            int dot = key.indexOf('.');
            if (dot < 0) {
                nested.put(key, value);
                return;
            }
            Map<Object, @Nullable Object> block = new LinkedHashMap<>();
            if (nested.get(key.substring(0, dot)) instanceof Map<?, ?> there) {
                block.putAll(there);
            }
            block.put(key.substring(dot + 1), value);
            nested.put(key.substring(0, dot), block);
        });
        return nested;
    }
}
