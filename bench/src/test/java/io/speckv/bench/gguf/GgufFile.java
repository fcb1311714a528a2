package io.speckv.bench.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A GGUF file read back by the specification, with nothing shared with the writer. */
final class GgufFile {
    final Map<String, Object> metadata = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final ByteBuffer bytes;
    private final int dataStart;

    /** Sizes are innermost first, as in the file. */
    record Tensor(List<Long> sizes, int type, int offset) {}

    private GgufFile(ByteBuffer bytes) {
        this.bytes = bytes;
        byte[] magic = new byte[4];
        bytes.get(magic);
        if (!new String(magic, StandardCharsets.US_ASCII).equals("GGUF") || bytes.getInt() != 3) {
            throw new IllegalStateException("not GGUF version 3");
        }
        long tensorCount = bytes.getLong();
        long keys = bytes.getLong();
        for (long i = 0; i < keys; i++) {
            metadata.put(text(), value(bytes.getInt()));
        }
        for (long i = 0; i < tensorCount; i++) {
            String name = text();
            List<Long> sizes = new ArrayList<>();
            int axes = bytes.getInt();
            for (int axis = 0; axis < axes; axis++) {
                sizes.add(bytes.getLong());
            }
            tensors.put(name, new Tensor(sizes, bytes.getInt(), Math.toIntExact(bytes.getLong())));
        }
        dataStart = (bytes.position() + 31) / 32 * 32;
    }

    static GgufFile read(Path file) throws IOException {
        return new GgufFile(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
    }

    Tensor tensor(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    Map<String, Tensor> tensors() {
        return tensors;
    }

    int fileBytes() {
        return bytes.capacity();
    }

    int dataStart() {
        return dataStart;
    }

    /** A view of the data from the beginning of a tensor. */
    ByteBuffer data(String name) {
        int start = dataStart + tensor(name).offset();
        return bytes.slice(start, bytes.capacity() - start).order(ByteOrder.LITTLE_ENDIAN);
    }

    float[] floats(String name, int begin, int count) {
        ByteBuffer data = data(name);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = data.getFloat((begin + i) * Float.BYTES);
        }
        return numbers;
    }

    private Object value(int type) {
        return switch (type) {
            case 4, 5 -> bytes.getInt();
            case 6 -> bytes.getFloat();
            case 7 -> bytes.get() != 0;
            case 8 -> text();
            case 9 -> {
                int elements = bytes.getInt();
                long count = bytes.getLong();
                List<Object> values = new ArrayList<>();
                for (long i = 0; i < count; i++) {
                    values.add(value(elements));
                }
                yield values;
            }
            default -> throw new IllegalStateException("value of type " + type);
        };
    }

    private String text() {
        byte[] text = new byte[Math.toIntExact(bytes.getLong())];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
