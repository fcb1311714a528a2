package io.speckv.bench.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/** The beginning of a GGUF file, version 3: keys with typed values, then the place of each tensor. */
final class GgufHeader {
    static final int ALIGNMENT_BYTES = 32;

    private static final int MAGIC = 0x46554747;
    private static final int VERSION = 3;
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private int keys;

    GgufHeader put(String key, int value) {
        startValue(key, UINT32);
        writeInt(metadata, value);
        return this;
    }

    GgufHeader put(String key, double value) {
        startValue(key, FLOAT32);
        writeInt(metadata, Float.floatToIntBits((float) value));
        return this;
    }

    GgufHeader put(String key, String value) {
        startValue(key, STRING);
        writeText(metadata, value);
        return this;
    }

    GgufHeader put(String key, boolean value) {
        startValue(key, BOOL);
        metadata.write(value ? 1 : 0);
        return this;
    }

    GgufHeader putTexts(String key, int count, IntFunction<String> values) {
        startArray(key, STRING, count);
        for (int i = 0; i < count; i++) {
            writeText(metadata, values.apply(i));
        }
        return this;
    }

    GgufHeader putNumbers(String key, int count, IntUnaryOperator values) {
        startArray(key, INT32, count);
        for (int i = 0; i < count; i++) {
            writeInt(metadata, values.applyAsInt(i));
        }
        return this;
    }

    /** Returns the bytes up to the first tensor's data, padded to {@value #ALIGNMENT_BYTES}. */
    byte[] bytes(List<GgufTensor> tensors) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeInt(out, MAGIC);
        writeInt(out, VERSION);
        writeLong(out, tensors.size());
        writeLong(out, keys);
        out.writeBytes(metadata.toByteArray());
        long offset = 0;
        for (GgufTensor tensor : tensors) {
            writeText(out, tensor.name());
            writeInt(out, tensor.axes());
            // The innermost size comes first.
            writeLong(out, tensor.columns());
            if (tensor.axes() == 2) {
                writeLong(out, tensor.rows());
            }
            writeInt(out, tensor.type().id());
            writeLong(out, offset);
            offset += tensor.bytes() + padding(tensor.bytes());
        }
        out.writeBytes(new byte[padding(out.size())]);
        return out.toByteArray();
    }

    /** Returns how many zero bytes follow {@code length} bytes. */
    static int padding(long length) {
        return Math.floorMod(-length, ALIGNMENT_BYTES);
    }

    private void startArray(String key, int type, int count) {
        startValue(key, ARRAY);
        writeInt(metadata, type);
        writeLong(metadata, count);
    }

    private void startValue(String key, int type) {
        keys++;
        writeText(metadata, key);
        writeInt(metadata, type);
    }

    private static void writeText(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writeLong(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void writeInt(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private static void writeLong(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }
}
