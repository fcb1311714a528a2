package io.speckv.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a GGUF header value by value. No count is trusted: as many values must fit in the rest of the file. */
final class HeaderReader {
    private static final int BUFFER = 1 << 16;
    private static final int ARRAY = 9;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private long next;

    HeaderReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
        buffer.limit(0);
    }

    /** Returns the position after the last byte that was read. */
    long position() {
        return next - buffer.remaining();
    }

    int number() throws IOException {
        return bytes(Integer.BYTES).getInt();
    }

    /** Returns an unsigned number, which must be below 2^63. */
    long count(int leastBytesEach, String what) throws IOException {
        long count = bytes(Long.BYTES).getLong();
        if (count < 0 || count > (size - position()) / leastBytesEach) {
            throw new GgufException(
                    file, what + " that the file has room for", Long.toUnsignedString(count) + " of them");
        }
        return count;
    }

    String text() throws IOException {
        int length = Math.toIntExact(Math.min(Integer.MAX_VALUE, count(1, "a text")));
        byte[] text = new byte[length];
        int done = 0;
        while (done < length) {
            int part = Math.min(BUFFER, length - done);
            bytes(part).get(text, done, part);
            done += part;
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Returns a value of metadata: Long, Double, Boolean, String, or an array of long, double or String. */
    Object value(int type) throws IOException {
        return type == ARRAY ? array() : scalar(type);
    }

    private Object scalar(int type) throws IOException {
        return switch (type) {
            case 0 -> (long) (bytes(1).get() & 0xFF);
            case 1 -> (long) bytes(1).get();
            case 2 -> (long) (bytes(2).getShort() & 0xFFFF);
            case 3 -> (long) bytes(2).getShort();
            case 4 -> bytes(4).getInt() & 0xFFFFFFFFL;
            case 5 -> (long) bytes(4).getInt();
            case 6 -> (double) bytes(4).getFloat();
            case 7 -> bytes(1).get() != 0;
            case 8 -> text();
            case 10, 11 -> bytes(8).getLong();
            case 12 -> bytes(8).getDouble();
            default -> throw unknown(type);
        };
    }

    private Object array() throws IOException {
        int type = number();
        if (type == ARRAY) {
            throw new GgufException(file, "a list of numbers, switches or texts", "a list of lists");
        }
        long most = count(leastBytes(type), "a list of values");
        if (most > Integer.MAX_VALUE - 8) {
            throw new GgufException(file, "a list of fewer than 2^31 values", most + " of them");
        }
        int count = (int) most;
        if (type == 8) {
            String[] texts = new String[count];
            for (int i = 0; i < count; i++) {
                texts[i] = text();
            }
            return texts;
        }
        if (type == 6 || type == 12) {
            double[] numbers = new double[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = (Double) scalar(type);
            }
            return numbers;
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            Object value = scalar(type);
            numbers[i] = value instanceof Boolean flag ? (flag ? 1 : 0) : (Long) value;
        }
        return numbers;
    }

    private int leastBytes(int type) {
        return switch (type) {
            case 0, 1, 7 -> 1;
            case 2, 3 -> 2;
            case 4, 5, 6 -> 4;
            case 8, 10, 11, 12 -> 8;
            default -> throw unknown(type);
        };
    }

    private GgufException unknown(int type) {
        return new GgufException(file, "a type of value from 0 to 12", Integer.toUnsignedString(type));
    }

    /** Returns the next {@code count} bytes, at most {@value #BUFFER}. */
    private ByteBuffer bytes(int count) throws IOException {
        if (buffer.remaining() < count) {
            buffer.compact();
            while (buffer.position() < count) {
                int read = channel.read(buffer, next);
                if (read < 0) {
                    throw new GgufException(file, "a whole header", "its end after " + size + " bytes");
                }
                next += read;
            }
            buffer.flip();
        }
        return buffer;
    }
}
