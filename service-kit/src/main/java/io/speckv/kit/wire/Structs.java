package io.speckv.kit.wire;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Free-form messages as plain Java values: numbers, booleans, texts, nulls, lists and maps. */
public final class Structs {
    /** The largest size up to which a double is every whole number; beyond it some were rounded on their way. */
    private static final double WHOLE_MOST = 0x1p53;

    private Structs() {}

    /** Returns the entries. Whole numbers are ints, as in a settings file, or longs up to 2^53; beyond it they stay doubles. */
    public static Map<String, @Nullable Object> toMap(Struct struct) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        struct.getFieldsMap().forEach((key, value) -> plain.put(key, plain(value)));
        return plain;
    }

    /**
     * Returns the message.
     *
     * @throws IllegalArgumentException if a value is of a kind that the class comment does not name
     */
    public static Struct toProto(Map<String, ? extends @Nullable Object> values) {
        Struct.Builder struct = Struct.newBuilder();
        values.forEach((key, value) -> struct.putFields(key, value(value)));
        return struct.build();
    }

    private static @Nullable Object plain(Value value) {
        return switch (value.getKindCase()) {
            case NUMBER_VALUE -> number(value.getNumberValue());
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case STRUCT_VALUE -> toMap(value.getStructValue());
            case LIST_VALUE -> plain(value.getListValue());
            case NULL_VALUE, KIND_NOT_SET -> null;
        };
    }

    private static List<@Nullable Object> plain(ListValue list) {
        List<@Nullable Object> plain = new ArrayList<>();
        list.getValuesList().forEach(value -> plain.add(plain(value)));
        return plain;
    }

    /** A Struct has only doubles, but in a settings file whole numbers are read as ints. */
    private static Object number(double value) {
        if (value != Math.rint(value) || Math.abs(value) > WHOLE_MOST) {
            return value;
        }
        long whole = (long) value;
        if (whole == (int) whole) {
            return (int) whole;
        }
        return whole;
    }

    private static Value value(@Nullable Object plain) {
        Value.Builder value = Value.newBuilder();
        if (plain == null) {
            return value.setNullValue(NullValue.NULL_VALUE).build();
        }
        if (plain instanceof Number number) {
            return value.setNumberValue(number.doubleValue()).build();
        }
        if (plain instanceof Boolean flag) {
            return value.setBoolValue(flag).build();
        }
        if (plain instanceof String text) {
            return value.setStringValue(text).build();
        }
        if (plain instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> entries = new LinkedHashMap<>();
            map.forEach((key, entry) -> entries.put(String.valueOf(key), entry));
            return value.setStructValue(toProto(entries)).build();
        }
        if (plain instanceof List<?> list) {
            ListValue.Builder values = ListValue.newBuilder();
            list.forEach(entry -> values.addValues(value(entry)));
            return value.setListValue(values).build();
        }
        throw new IllegalArgumentException("a " + plain.getClass().getName() + " has no place in a message");
    }
}
