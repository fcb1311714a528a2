package io.speckv.kit.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.List;
import java.util.Random;

/** Messages of any type with random fields, many of them at the edges of what their types can hold. */
final class RandomMessage {
    private static final int DEPTH_MOST = 7;
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "hello world",
            "full",
            "specpc",
            "speckv-pc",
            "fake-target",
            "\u0000",
            "\u00e9\u0301\u200d",
            "<|im_end|><s></s>",
            "x".repeat(3000),
            " ".repeat(500),
            "max_capacity_prompt");
    private static final int[] WHOLE = {0, 1, 2, 7, 40, 200, 5000, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final double[] REAL = {0, -0.0, 0.5, 1, -1, 1e30, Double.NaN, Double.POSITIVE_INFINITY, 1e-40};

    private final Random random;

    RandomMessage(Random random) {
        this.random = random;
    }

    /** Returns a message in which each field is set or not by chance. */
    DynamicMessage of(Descriptor type) {
        return of(type, 0);
    }

    private DynamicMessage of(Descriptor type, int depth) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            boolean deeper = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
            if (random.nextInt(3) == 0 || (deeper && depth >= DEPTH_MOST)) {
                continue;
            }
            if (field.isRepeated()) {
                int count = random.nextInt(20) == 0 ? 300 : random.nextInt(4);
                for (int i = 0; i < (deeper ? Math.min(count, 3) : count); i++) {
                    message.addRepeatedField(field, value(field, depth));
                }
            } else {
                message.setField(field, value(field, depth));
            }
        }
        return message.build();
    }

    private Object value(FieldDescriptor field, int depth) {
        int whole = WHOLE[random.nextInt(WHOLE.length)];
        double real = REAL[random.nextInt(REAL.length)];
        return switch (field.getJavaType()) {
            case INT -> whole;
            case LONG -> (long) whole << random.nextInt(33);
            case FLOAT -> (float) real;
            case DOUBLE -> real;
            case BOOLEAN -> random.nextBoolean();
            case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
            case BYTE_STRING -> ByteString.copyFrom(new byte[random.nextInt(9)]);
            case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(9));
            case MESSAGE -> of(field.getMessageType(), depth + 1);
        };
    }
}
