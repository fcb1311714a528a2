package io.speckv.engine.checkpoint;

import io.speckv.engine.checkpoint.config.GgufConfig;
import io.speckv.engine.checkpoint.config.ModelConfig;
import io.speckv.gguf.GgufFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A GGUF file made key by key and tensor by tensor, for what no converter writes. It begins as a whole file of one layer: 32
 * channels, two heads of queries and one of keys and values with 16 channels each, 32 channels inside the MLP, and eight tokens.
 */
public final class WrittenGguf {
    public static final int F32 = 0;
    public static final int Q8_0 = 8;
    public static final int BF16 = 30;
    /** A format that nobody reads here. */
    public static final int IQ1_S = 19;

    private static final int ALIGNMENT = 32;
    private static final int LIST = 9;

    private final String architecture;
    private final Map<String, Object> keys = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Tensor(long[] shape, int format, byte[] bytes) {}

    private WrittenGguf(String architecture) {
        this.architecture = architecture;
    }

    /** The keys alone. */
    public static WrittenGguf keysOf(String architecture) {
        return new WrittenGguf(architecture)
                .put("general.architecture", architecture)
                .put("*.embedding_length", 32)
                .put("*.block_count", 1)
                .put("*.context_length", 64)
                .put("*.feed_forward_length", 32)
                .put("*.attention.head_count", 2)
                .put("*.attention.head_count_kv", 1)
                .put("*.attention.layer_norm_rms_epsilon", 0.25f)
                .put("tokenizer.ggml.tokens", List.of("a", "b", "c", "d", "e", "f", "g", "h"));
    }

    /** Keys and tensors, of which the numbers of each matrix and vector count from 0. */
    public static WrittenGguf wholeOf(String architecture) {
        return keysOf(architecture)
                .counting("token_embd.weight", 8, 32)
                .counting("blk.0.attn_norm.weight", 32)
                .counting("blk.0.attn_q.weight", 32, 32)
                .counting("blk.0.attn_k.weight", 16, 32)
                .counting("blk.0.attn_v.weight", 16, 32)
                .counting("blk.0.attn_output.weight", 32, 32)
                .counting("blk.0.ffn_norm.weight", 32)
                .counting("blk.0.ffn_gate.weight", 32, 32)
                .counting("blk.0.ffn_up.weight", 32, 32)
                .counting("blk.0.ffn_down.weight", 32, 32)
                .counting("output_norm.weight", 32);
    }

    /**
     * Sets a key; a star stands for the architecture.
     *
     * @param value text, integer, float, flag, or a list of texts or integers
     */
    public WrittenGguf put(String key, Object value) {
        keys.put(key.replace("*", architecture), value);
        return this;
    }

    /** Sets a key to what a text spells: a whole number, another number, or itself. */
    public WrittenGguf putText(String key, String value) {
        return put(
                key,
                value.matches("\\d+")
                        ? (Object) Integer.valueOf(value)
                        : value.matches("[\\d.]+") ? (Object) Float.valueOf(value) : value);
    }

    /** Sets keys behind a prefix, written as {@code one=1 other=text}. */
    public WrittenGguf putTexts(String prefix, String keys) {
        for (String pair : keys.split(" ", -1)) {
            int equals = pair.indexOf('=');
            putText(prefix + pair.substring(0, equals), pair.substring(equals + 1));
        }
        return this;
    }

    public WrittenGguf without(String keyOrTensor) {
        keys.remove(keyOrTensor.replace("*", architecture));
        tensors.remove(keyOrTensor);
        return this;
    }

    /** Sets a tensor of float32. */
    public WrittenGguf floats(String name, float[] numbers, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return tensor(name, F32, bytes.array(), shape);
    }

    /** Sets a tensor of float32 with the numbers 0, 1, 2, ... */
    public WrittenGguf counting(String name, long... shape) {
        return floats(name, counted(shape), shape);
    }

    static float[] counted(long... shape) {
        float[] numbers = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        return numbers;
    }

    /** Sets a tensor of blocks of 32 bytes that count from {@code first}, each with a scale of a half. */
    public WrittenGguf eightBits(String name, int first, long... shape) {
        int blocks = counted(shape).length / 32;
        ByteBuffer bytes = ByteBuffer.allocate(blocks * 34).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; block < blocks; block++) {
            bytes.putShort((short) 0x3800);
            for (int i = 0; i < 32; i++) {
                bytes.put((byte) (first + block * 32 + i));
            }
        }
        return tensor(name, Q8_0, bytes.array(), shape);
    }

    /** Writes the file into a folder, and returns the model that its keys describe. */
    public ModelConfig config(Path folder) {
        try (GgufFile file = GgufFile.open(write(folder.resolve("model.gguf")))) {
            return GgufConfig.read(file);
        }
    }

    /** Sets a tensor; its axes are outermost first. */
    public WrittenGguf tensor(String name, int format, byte[] bytes, long... shape) {
        tensors.put(name, new Tensor(shape, format, bytes));
        return this;
    }

    public Path write(Path file) {
        Bytes header = new Bytes();
        header.number(0x46554747).number(3).count(tensors.size()).count(keys.size());
        keys.forEach((key, value) -> header.text(key).value(value));
        Bytes data = new Bytes();
        tensors.forEach((name, tensor) -> {
            data.align();
            header.text(name).number(tensor.shape.length);
            for (int axis = tensor.shape.length - 1; axis >= 0; axis--) {
                header.count(tensor.shape[axis]);
            }
            header.number(tensor.format).count(data.out.size());
            data.out.writeBytes(tensor.bytes);
        });
        header.align().out.writeBytes(data.out.toByteArray());
        try {
            return Files.write(file, header.out.toByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes number(int value) {
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
            return this;
        }

        Bytes count(long value) {
            out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
            return this;
        }

        Bytes text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            count(utf8.length);
            out.writeBytes(utf8);
            return this;
        }

        Bytes align() {
            while (out.size() % ALIGNMENT != 0) {
                out.write(0);
            }
            return this;
        }

        void value(Object value) {
            if (value instanceof List<?> list) {
                number(LIST).number(type(list.get(0))).count(list.size());
                list.forEach(this::plain);
            } else {
                number(type(value)).plain(value);
            }
        }

        private static int type(Object value) {
            return value instanceof String ? 8 : value instanceof Boolean ? 7 : value instanceof Float ? 6 : 4;
        }

        private void plain(Object value) {
            if (value instanceof String text) {
                text(text);
            } else if (value instanceof Boolean flag) {
                out.write(flag ? 1 : 0);
            } else {
                number(value instanceof Float real ? Float.floatToIntBits(real) : (Integer) value);
            }
        }
    }
}
