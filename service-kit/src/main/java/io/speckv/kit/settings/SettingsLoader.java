package io.speckv.kit.settings;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a settings record from four layers, later ones winning key by key: the defaults document in the jar, a YAML
 * file, environment variables ({@code SPECKV_LISTEN__PORT}) and flags ({@code --listen.port=9000}). Keys are the record
 * components in kebab-case, nested records are levels. An unknown key is an error in every layer; a key without a value
 * is an error unless its component is {@code @Nullable}.
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
        this.known = new KnownKeys(type);
        this.defaults = defaults;
    }

    /**
     * Returns a loader whose lowest layer is the YAML resources {@code resources}, later ones winning. Names are relative
     * to {@code type}'s package, or absolute such as {@link io.speckv.kit.server.ServerSettings#DEFAULTS}.
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
        List<Layer.Entry> entries = new ArrayList<>();
        defaults.forEach(document -> entries.addAll(Layer.yaml(document, "defaults", known)));
        if (file != null) {
            entries.addAll(Layer.file(file, known));
        }
        entries.addAll(Layer.environment(environment));
        entries.addAll(Layer.flags(flags));

        Map<String, Layer.Entry> effective = new LinkedHashMap<>();
        known.leaves().keySet().forEach(key -> effective.put(key, new Layer.Entry(key, mapper.nullNode(), "nowhere")));
        for (Layer.Entry entry : entries) {
            requireKnown(entry);
            effective.put(entry.key(), entry);
        }
        known.leaves().forEach((key, leaf) -> requireValue(effective, key, leaf));
        return new LoadedSettings<>(bind(effective), printable(effective));
    }

    private void requireKnown(Layer.Entry entry) {
        if (known.isGroup(entry.key())) {
            throw new SettingsException(
                    "'%s' (%s) is a group of keys and takes no value".formatted(entry.key(), entry.origin()));
        }
        if (!known.leaves().containsKey(entry.key())) {
            throw new SettingsException("unknown key '%s' (%s); known keys: %s"
                    .formatted(entry.key(), entry.origin(), known.beside(entry.key())));
        }
    }

    private static void requireValue(Map<String, Layer.Entry> effective, String key, KnownKeys.Leaf leaf) {
        Layer.Entry entry = effective.get(key);
        if (entry != null && entry.value().isNull() && !leaf.nullable()) {
            throw new SettingsException("key '%s' has no value (set %s)".formatted(key, entry.origin()));
        }
    }

    private T bind(Map<String, Layer.Entry> effective) {
        ObjectNode root = mapper.createObjectNode();
        effective.values().forEach(entry -> {
            String[] path = entry.key().split("\\.", -1);
            ObjectNode group = root;
            for (int i = 0; i < path.length - 1; i++) {
                group = group.withObjectProperty(path[i]);
            }
            group.set(path[path.length - 1], entry.value());
        });
        try {
            return mapper.treeToValue(root, type);
        } catch (JsonMappingException e) {
            throw new SettingsException(explain(e, effective), e);
        } catch (IOException e) {
            throw new SettingsException("settings cannot be read: " + e.getMessage(), e);
        }
    }

    /** Names what failed, then the value and layer of each key it may be about, defaults left out. */
    private String explain(JsonMappingException e, Map<String, Layer.Entry> effective) {
        String path = e.getPath().stream()
                .map(reference -> reference.getFieldName() == null ? "" : reference.getFieldName())
                .filter(name -> !name.isEmpty())
                .collect(Collectors.joining("."));
        Throwable cause = e.getCause() instanceof IllegalArgumentException illegal ? illegal : e;
        String what = cause == e ? e.getOriginalMessage() : String.valueOf(cause.getMessage());
        String blamed = effective.values().stream()
                .filter(entry -> path.isEmpty()
                        || entry.key().equals(path)
                        || path.startsWith(entry.key() + ".")
                        || entry.key().startsWith(path + "."))
                .filter(entry -> entry.key().equals(path) || !entry.origin().equals("defaults"))
                .map(entry -> "%s = %s (%s)".formatted(entry.key(), shown(entry), entry.origin()))
                .collect(Collectors.joining(", "));
        return blamed.isEmpty() ? path + ": " + what : what + "; set: " + blamed;
    }

    private List<LoadedSettings.Line> printable(Map<String, Layer.Entry> effective) {
        return effective.values().stream()
                .map(entry -> new LoadedSettings.Line(entry.key(), shown(entry), entry.origin()))
                .toList();
    }

    private String shown(Layer.Entry entry) {
        KnownKeys.Leaf leaf = known.leaves().get(entry.key());
        JsonNode value = entry.value();
        return leaf != null && leaf.secret() && !value.isNull() ? LoadedSettings.MASK : value.toString();
    }
}
