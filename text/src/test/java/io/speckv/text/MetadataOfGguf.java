package io.speckv.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a GGUF file without tensors. */
final class MetadataOfGguf {
    private static final int INTEGER = 4;
    private static final int FLOAT = 6;
    private static final int FLAG = 7;
    private static final int TEXT = 8;
    private static final int LIST = 9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private MetadataOfGguf() {}

    /** @param values texts, integers, booleans, and lists of texts, integers or floats, by key */
    static Path write(Path file, Map<String, Object> values) throws IOException {
        MetadataOfGguf written = new MetadataOfGguf();
        written.number(0x46554747);
        written.number(3);
        written.count(0);
        written.count(values.size());
        values.forEach((key, value) -> {
            written.text(key);
            written.value(value);
        });
        return Files.write(file, written.bytes.toByteArray());
    }

    private void value(Object value) {
        number(type(value));
        if (value instanceof List<?> list) {
            number(list.isEmpty() ? TEXT : type(list.get(0)));
            count(list.size());
            list.forEach(this::plain);
        } else {
            plain(value);
        }
    }

    private static int type(Object value) {
        return value instanceof List<?>
                ? LIST
                : value instanceof String
                        ? TEXT
                        : value instanceof Boolean ? FLAG : value instanceof Float ? FLOAT : INTEGER;
    }

    private void plain(Object value) {
        if (value instanceof String text) {
            text(text);
        } else if (value instanceof Boolean flag) {
            bytes.write(flag ? 1 : 0);
        } else if (value instanceof Float real) {
            number(Float.floatToIntBits(real));
        } else {
            number((Integer) value);
        }
    }

    private void number(int value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private void count(long value) {
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        count(utf8.length);
        bytes.writeBytes(utf8);
    }
}
