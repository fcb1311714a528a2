package io.speckv.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes what stands in the header of a GGUF file, value by value. */
final class HeaderBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    HeaderBytes octet(int value) {
        bytes.write(value);
        return this;
    }

    HeaderBytes half(int value) {
        return octet(value).octet(value >> 8);
    }

    HeaderBytes number(int value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    HeaderBytes count(long value) {
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    HeaderBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        count(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    int size() {
        return bytes.size();
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
