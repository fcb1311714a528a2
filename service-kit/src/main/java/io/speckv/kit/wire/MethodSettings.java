package io.speckv.kit.wire;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.Method;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A method's settings as one map with the keys of a settings file. JSON, YAML and messages all become such a map before
 * {@code Methods} reads it.
 *
 * <p>A message is written in one form, {@code extra_settings}, which holds every setting. It is read in two forms, because
 * older clients and routers fill the typed fields. These become keys by their names, with enums in lower case and the
 * cascade's stages as blocks. No other class knows the typed fields, and a new setting gets none.
 */
public final class MethodSettings {
    private static final String FIELD = "method";
    private static final String NAME = "name";
    private static final String FLAT = "settings";
    private static final String EXTRA = "extra_settings";
    /** Typed fields whose 0 stands for the settings files' null. */
    private static final Set<String> NULL_WHEN_ZERO = Set.of("max_capacity_prompt", "lookahead_tokens");

    private MethodSettings() {}

    /**
     * Returns the settings by key: numbers, booleans, texts, nulls and nested maps. Only settings that the message sets are
     * in it.
     *
     * @throws RequestException if both forms set one key
     */
    public static Map<String, @Nullable Object> toMap(Method method) {
        Map<String, @Nullable Object> settings = typed(method);
        Structs.toMap(method.getExtraSettings()).forEach((key, value) -> {
            if (settings.containsKey(key)) {
                throw RequestException.invalidField(
                        path(EXTRA, key), "is set a second time: " + typedPath(method, key) + " sets it, too");
            }
            settings.put(key, value);
        });
        return settings;
    }

    /** Returns the message of a method with these settings, from which {@link #toMap} reads the same map. */
    public static Method toProto(String name, Map<String, ? extends @Nullable Object> settings) {
        Method.Builder method = Method.newBuilder().setName(name);
        return settings.isEmpty()
                ? method.build()
                : method.setExtraSettings(Structs.toProto(settings)).build();
    }

    /**
     * Returns the path of a setting in a request: the place where the message sets it, or else the place where it would be
     * set.
     *
     * @param key of a setting, which may reach into a block with a dot; {@code method} is the method's name
     */
    public static String fieldPath(Method method, String key) {
        if (key.equals(FIELD)) {
            return path(NAME);
        }
        String first = key.contains(".") ? key.substring(0, key.indexOf('.')) : key;
        return typed(method).containsKey(first) ? typedPath(method, key) : path(EXTRA, key);
    }

    private static String typedPath(Method method, String key) {
        String first = key.contains(".") ? key.substring(0, key.indexOf('.')) : key;
        return plain(method.getSettings()).containsKey(first) ? path(FLAT, key) : path(key);
    }

    private static String path(String... parts) {
        return FIELD + "." + String.join(".", parts);
    }

    private static Map<String, @Nullable Object> typed(Method method) {
        Map<String, @Nullable Object> typed = new LinkedHashMap<>(plain(method.getSettings()));
        plain(method).forEach((key, value) -> {
            if (!key.equals(NAME) && !key.equals(FLAT) && !key.equals(EXTRA)) {
                typed.put(key, value);
            }
        });
        return typed;
    }

    private static Map<String, @Nullable Object> plain(Message message) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        message.getAllFields().forEach((field, value) -> {
            if (!(value instanceof Struct) && !isUnspecified(value)) {
                plain.put(field.getName(), plain(field, value));
            }
        });
        return plain;
    }

    private static boolean isUnspecified(Object value) {
        return value instanceof EnumValueDescriptor constant && constant.getNumber() == 0;
    }

    private static @Nullable Object plain(FieldDescriptor field, Object value) {
        if (value instanceof Message block) {
            return plain(block);
        }
        if (value instanceof EnumValueDescriptor constant) {
            return constant.getName().substring(enumPrefix(field).length()).toLowerCase(Locale.ROOT);
        }
        return value.equals(0) && NULL_WHEN_ZERO.contains(field.getName()) ? null : value;
    }

    private static String enumPrefix(FieldDescriptor field) {
        return field.getEnumType()
                        .getName()
                        .replaceAll("([a-z])([A-Z])", "$1_$2")
                        .toUpperCase(Locale.ROOT) + "_";
    }
}
