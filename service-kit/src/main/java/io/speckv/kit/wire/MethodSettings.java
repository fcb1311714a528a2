package io.speckv.kit.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.StageSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
        plain(method.getExtraSettings()).forEach((key, value) -> {
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
            return plain(struct);
        }
        if (value instanceof Message block) {
            return plain(block);
        }
        if (value instanceof EnumValueDescriptor constant) {
            String prefix = field.getEnumType().getName().replaceAll("([a-z])([A-Z])", "$1_$2") + "_";
            return constant.getName().substring(prefix.length()).toLowerCase(Locale.ROOT);
        }
        return value.equals(0) && NULL_WHEN_ZERO.contains(field.getName()) ? null : value;
    }

    private static Map<String, @Nullable Object> plain(Struct struct) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        struct.getFieldsMap().forEach((key, value) -> plain.put(key, plain(value)));
        return plain;
    }

    private static @Nullable Object plain(Value value) {
        return switch (value.getKindCase()) {
            case NUMBER_VALUE -> number(value.getNumberValue());
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case STRUCT_VALUE -> plain(value.getStructValue());
            case LIST_VALUE -> plain(value.getListValue());
            case NULL_VALUE, KIND_NOT_SET -> null;
        };
    }

    private static List<@Nullable Object> plain(ListValue list) {
        List<@Nullable Object> plain = new ArrayList<>();
        list.getValuesList().forEach(value -> plain.add(plain(value)));
        return plain;
    }

    /** A Struct has doubles only; whole ones are what a settings file reads as an int. */
    private static Object number(double value) {
        if (value == Math.rint(value) && Math.abs(value) <= Integer.MAX_VALUE) {
            return (int) value;
        }
        return value;
    }
}
