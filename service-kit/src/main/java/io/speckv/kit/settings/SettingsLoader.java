package io.speckv.kit.settings;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a settings record from four layers, of which later ones win key by key: the defaults document in the jar, a YAML
 * file, environment variables ({@code SPECKV_LISTEN__PORT}) and flags ({@code --listen.port=9000}). Keys are the record
 * components in kebab-case, nested records are levels, and maps may hold records by name ({@link ByName}). An unknown key is
 * an error in every layer; a key without a value is an error unless its component is {@code @Nullable}.
 */
public final class SettingsLoader<T> {
    private final Class<T> type;
    private final KnownKeys known;
    private final List<String> defaults;
    private final ObjectMapper mapper = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(
                    LogicalType.Integer,
                    coercion -> coercion.setCoercion(CoercionInputShape.String, CoercionAction.Fail))
            .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationText()))
            .build();

    private SettingsLoader(Class<T> type, List<String> defaults) {
        this.type = type;
        this.known = new KnownKeys("", type);
        this.defaults = defaults;
    }

    /**
     * Returns a loader whose lowest layer is the YAML resources {@code resources}, of which later ones win. Names are
     * relative to {@code type}'s package, or absolute such as {@link io.speckv.kit.server.ServerSettings#DEFAULTS}.
     */
    public static <T> SettingsLoader<T> withDefaults(Class<T> type, String... resources) {
        List<String> documents = new ArrayList<>();
        for (String resource : resources) {
            try (InputStream in = type.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalArgumentException("no resource " + resource + " beside " + type.getName());
                }
                documents.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new IllegalArgumentException("cannot read resource " + resource, e);
            }
        }
        return new SettingsLoader<>(type, documents);
    }

    /**
     * Returns the settings with the origin of every value.
     *
     * @throws SettingsException naming key, value, layer and rule
     */
    public LoadedSettings<T> load(@Nullable Path file, Map<String, String> environment, List<String> flags) {
        return load(file == null ? List.of() : Layer.file(file, known), environment, flags);
    }

    /** As {@link #load(Path, Map, List)}, with a file's content that was read before. */
    LoadedSettings<T> load(Path file, String text, Map<String, String> environment, List<String> flags) {
        return load(Layer.yaml(text, "file " + file, known), environment, flags);
    }

    private LoadedSettings<T> load(List<Layer.Entry> file, Map<String, String> environment, List<String> flags) {
        List<Layer.Entry> entries = new ArrayList<>();
        defaults.forEach(document -> entries.addAll(Layer.yaml(document, EffectiveKeys.DEFAULTS, known)));
        entries.addAll(file);
        entries.addAll(Layer.environment(environment));
        entries.addAll(Layer.flags(flags));

        EffectiveKeys effective = EffectiveKeys.of(known, mapper, entries);
        return new LoadedSettings<>(effective.bind(type), printable(effective));
    }

    private static List<LoadedSettings.Line> printable(EffectiveKeys effective) {
        return effective.entries().stream()
                .map(entry -> new LoadedSettings.Line(entry.key(), effective.shown(entry), entry.origin()))
                .toList();
    }
}
