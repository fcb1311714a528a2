package io.speckv.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.StageSettings;
import java.util.List;
import java.util.Locale;

/**
 * Reads a method's settings by the keys of a settings file. A key may name a setting of the method, a setting of its
 * one stage, a stage as an object, or a setting that has no field of its own; null stands for the reference's null.
 */
final class MethodReader {
    private static final String PRESET = "preset";

    private MethodReader() {}

    /** Returns the method that a {@code speckv} object names, with its settings. */
    static Method method(JsonFields speckv) {
        Method.Builder method = Method.newBuilder();
        speckv.ifText("method", method::setName);
        speckv.ifText(PRESET, method::setPreset);
        speckv.object("settings").ifPresent(settings -> settings(settings, method));
        return method.build();
    }

    private static void settings(JsonFields settings, Method.Builder method) {
        StageSettings.Builder flat = method.getSettingsBuilder();
        Struct.Builder extra = Struct.newBuilder();
        for (String key : settings.names()) {
            FieldDescriptor own = Method.getDescriptor().findFieldByName(key);
            FieldDescriptor ofStage = StageSettings.getDescriptor().findFieldByName(key);
            if (own != null && isSetting(own)) {
                set(settings, method, own);
            } else if (ofStage != null) {
                set(settings, flat, ofStage);
            } else {
                settings.get(key)
                        .ifPresent(value -> extra.putFields(
                                key, PromptReader.struct(single(key, value)).getFieldsOrThrow(key)));
            }
        }
        if (extra.getFieldsCount() > 0) {
            method.setExtraSettings(extra);
        }
    }

    /** Returns whether a key stands in {@code settings}. */
    static boolean isSetting(String key) {
        FieldDescriptor own = Method.getDescriptor().findFieldByName(key);
        return (own != null && isSetting(own)) || StageSettings.getDescriptor().findFieldByName(key) != null;
    }

    /** Name, flat settings and extra settings have other places in the request. */
    private static boolean isSetting(FieldDescriptor field) {
        return !List.of("name", "settings", "extra_settings").contains(field.getName());
    }

    private static void set(JsonFields fields, Message.Builder into, FieldDescriptor field) {
        String key = field.getName();
        if (!fields.has(key)) {
            if (field.getJavaType() == FieldDescriptor.JavaType.INT) {
                into.setField(field, 0); // the wire's form of the reference's null
            }
            return;
        }
        switch (field.getJavaType()) {
            case INT -> fields.ifInteger(key, 0, Integer.MAX_VALUE, value -> into.setField(field, (int) value));
            case DOUBLE -> fields.ifNumber(key, value -> into.setField(field, value));
            case STRING -> fields.ifText(key, value -> into.setField(field, value));
            case BOOLEAN -> fields.ifFlag(key, value -> into.setField(field, value));
            case ENUM -> fields.ifText(key, value -> into.setField(field, constant(fields, field, value)));
            case MESSAGE ->
                fields.object(key)
                        .ifPresent(stage -> stage(
                                stage,
                                into.getFieldBuilder(field),
                                field.getMessageType().getName()));
            default -> throw new AssertionError("no setting has the type of " + field);
        }
    }

    private static void stage(JsonFields stage, Message.Builder into, String type) {
        for (String key : stage.names()) {
            FieldDescriptor field = into.getDescriptorForType().findFieldByName(key);
            if (field == null) {
                throw stage.invalid(key, "is not a setting of a stage (" + type + ")");
            }
            set(stage, into, field);
        }
    }

    private static EnumValueDescriptor constant(JsonFields fields, FieldDescriptor field, String value) {
        String prefix = field.getEnumType()
                .getName()
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .toUpperCase(Locale.ROOT);
        EnumValueDescriptor constant =
                field.getEnumType().findValueByName(prefix + "_" + value.toUpperCase(Locale.ROOT));
        if (constant == null || constant.getNumber() == 0) {
            List<String> known = field.getEnumType().getValues().stream()
                    .filter(one -> one.getNumber() != 0)
                    .map(one -> one.getName().substring(prefix.length() + 1).toLowerCase(Locale.ROOT))
                    .toList();
            throw fields.invalid(field.getName(), "is '" + value + "', must be one of " + known);
        }
        return constant;
    }

    private static JsonNode single(String key, JsonNode value) {
        return com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .set(key, value);
    }
}
