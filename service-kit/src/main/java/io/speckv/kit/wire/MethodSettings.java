package io.speckv.kit.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.StageSettings;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A method's settings as the plain keys and values of a settings file: fields by their names, enums by their lower-case
 * names, the cascade's stages as blocks, extra settings as they are. Only what the message sets appears.
 */
public final class MethodSettings {
    private static final String FIELD = "method";
    private static final String NAME = "name";
    private static final String FLAT = "settings";
    private static final String EXTRA = "extra_settings";
    /** Keys whose 0 stands for the settings files' null. */
    private static final Set<String> NULL_WHEN_ZERO = Set.of("max_capacity_prompt", "lookahead_tokens");
    /** Keys whose null says the same as their absence. */
    private static final Set<String> UNSET_WHEN_NULL = Set.of("neighbor_tokens", "preset");
    /** What the settings files call the mean as well. */
    private static final String MEAN_TOO = "avg";

    private MethodSettings() {}

    /**
     * Returns the settings by key: numbers, booleans, texts, nulls and nested maps.
     *
     * @throws RequestException if an extra setting has a field of its own
     */
    public static Map<String, @Nullable Object> toMap(Method method) {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>(plain(method.getSettings()));
        plain(method).forEach((key, value) -> {
            if (!key.equals(NAME) && !key.equals(FLAT) && !key.equals(EXTRA)) {
                settings.put(key, value);
            }
        });
        Structs.toMap(method.getExtraSettings()).forEach((key, value) -> {
            if (!fieldPath(key).equals(extraPath(key))) {
                throw RequestException.invalidField(extraPath(key), "has a field of its own: " + fieldPath(key));
            }
            settings.put(key, value);
        });
        return settings;
    }

    /** Returns the path in a request of the setting {@code key}, which may reach into a block with a dot. */
    public static String fieldPath(String key) {
        String first = key.contains(".") ? key.substring(0, key.indexOf('.')) : key;
        if (has(Method.getDescriptor(), first)) {
            return FIELD + "." + key;
        }
        return has(StageSettings.getDescriptor(), first) ? FIELD + "." + FLAT + "." + key : extraPath(key);
    }

    private static String extraPath(String key) {
        return FIELD + "." + EXTRA + "." + key;
    }

    private static boolean has(Descriptor type, String field) {
        return type.findFieldByName(field) != null;
    }

    private static Map<String, @Nullable Object> plain(Message message) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        message.getAllFields().forEach((field, value) -> {
            if (!isUnspecified(value)) {
                plain.put(field.getName(), plain(field, value));
            }
        });
        return plain;
    }

    private static boolean isUnspecified(Object value) {
        return value instanceof EnumValueDescriptor constant && constant.getNumber() == 0;
    }

    private static @Nullable Object plain(FieldDescriptor field, Object value) {
        if (value instanceof Struct struct) {
            return Structs.toMap(struct);
        }
        if (value instanceof Message block) {
            return plain(block);
        }
        if (value instanceof EnumValueDescriptor constant) {
            return constant.getName().substring(enumPrefix(field).length()).toLowerCase(Locale.ROOT);
        }
        return value.equals(0) && NULL_WHEN_ZERO.contains(field.getName()) ? null : value;
    }

    /**
     * Returns the message of a method with these settings, which {@link #toMap} gives back.
     *
     * @param settings plain keys and values; null stands for no limit where a key's 0 does, and for the default of
     *     {@code neighbor_tokens} and {@code preset}
     * @throws IllegalArgumentException naming a key whose value does not fit its field
     */
    public static Method toProto(String name, Map<String, ? extends @Nullable Object> settings) {
        Method.Builder method = Method.newBuilder().setName(name);
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        settings.forEach((key, value) -> {
            FieldDescriptor own = Method.getDescriptor().findFieldByName(key);
            FieldDescriptor flat = StageSettings.getDescriptor().findFieldByName(key);
            if (own != null && value instanceof Map<?, ?> block) {
                StageSettings.Builder stage = StageSettings.newBuilder();
                block.forEach((k, v) -> set(stage, String.valueOf(k), v));
                method.setField(own, stage.build());
            } else if (own != null) {
                set(method, key, value);
            } else if (flat != null) {
                set(method.getSettingsBuilder(), key, value);
            } else {
                extra.put(key, value);
            }
        });
        if (!extra.isEmpty()) {
            method.setExtraSettings(Structs.toProto(extra));
        }
        return method.build();
    }

    private static void set(Message.Builder message, String key, @Nullable Object value) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(key);
        if (field == null) {
            throw new IllegalArgumentException(key + " is not a setting of a stage");
        }
        if (value == null && UNSET_WHEN_NULL.contains(key)) {
            return;
        }
        Object wire = value == null && NULL_WHEN_ZERO.contains(key) ? Integer.valueOf(0) : wire(field, value);
        try {
            message.setField(field, wire);
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    key + " is " + value + ", must be of type "
                            + field.getJavaType().name().toLowerCase(Locale.ROOT),
                    e);
        }
    }

    private static Object wire(FieldDescriptor field, @Nullable Object value) {
        if (field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
            String said = MEAN_TOO.equals(value) ? "mean" : String.valueOf(value);
            String name = enumPrefix(field) + said.toUpperCase(Locale.ROOT);
            EnumValueDescriptor constant = field.getEnumType().findValueByName(name);
            if (constant != null) {
                return constant;
            }
        }
        if (field.getJavaType() == FieldDescriptor.JavaType.DOUBLE && value instanceof Number number) {
            return number.doubleValue();
        }
        return value == null ? "null" : value;
    }

    private static String enumPrefix(FieldDescriptor field) {
        return field.getEnumType()
                        .getName()
                        .replaceAll("([a-z])([A-Z])", "$1_$2")
                        .toUpperCase(Locale.ROOT) + "_";
    }
}
