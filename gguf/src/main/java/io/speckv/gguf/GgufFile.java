package io.speckv.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One open GGUF file: metadata, descriptions of tensors, then the tensors' bytes. Opening reads only metadata and
 * descriptions. The caller closes it. Thread-safe.
 *
 * <p>Source: the GGUF specification of ggml, versions 2 and 3.
 */
public final class GgufFile implements AutoCloseable {
    private static final int MAGIC = 0x46554747;
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int LEAST_KEY_BYTES = 13;
    private static final int LEAST_TENSOR_BYTES = 32;

    private final Path file;
    private final FileChannel channel;
    private final GgufMetadata metadata;
    private final Map<String, StoredTensor> tensors;
    private final Map<String, Integer> unreadable;

    private GgufFile(
            Path file,
            FileChannel channel,
            GgufMetadata metadata,
            Map<String, StoredTensor> tensors,
            Map<String, Integer> unreadable) {
        this.file = file;
        this.channel = channel;
        this.metadata = metadata;
        this.tensors = tensors;
        this.unreadable = unreadable;
    }

    /** Returns whether a path names such a file, by its suffix. */
    public static boolean isOne(Path path) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT).endsWith(".gguf")
                && !Files.isDirectory(path);
    }

    /**
     * Returns an open file.
     *
     * @throws GgufException if the file is missing, damaged, or one of several parts
     */
    public static GgufFile open(Path file) {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new GgufException(file, "a readable GGUF file", e.toString());
        }
        boolean read = false;
        try {
            GgufFile opened = read(file, channel);
            read = true;
            return opened;
        } catch (IOException e) {
            throw new GgufException(file, "a readable GGUF file", e.toString());
        } finally {
            if (!read) {
                close(channel);
            }
        }
    }

    private static GgufFile read(Path file, FileChannel channel) throws IOException {
        HeaderReader in = new HeaderReader(file, channel);
        if (in.number() != MAGIC) {
            throw new GgufException(file, "\"GGUF\" at its beginning", "something else");
        }
        int version = in.number();
        if (version != 2 && version != 3) {
            throw new GgufException(
                    file, "version 2 or 3, little-endian", "version " + Integer.toUnsignedString(version));
        }
        long tensorCount = in.count(LEAST_TENSOR_BYTES, "tensors");
        long keyCount = in.count(LEAST_KEY_BYTES, "keys");
        Map<String, Object> values = new LinkedHashMap<>();
        for (long i = 0; i < keyCount; i++) {
            String key = in.text();
            if (values.put(key, in.value(in.number())) != null) {
                throw new GgufException(file, "every key once", key + " again");
            }
        }
        GgufMetadata metadata = new GgufMetadata(file, values);
        if (metadata.integer("split.count", 1) > 1) {
            throw metadata.unexpected("split.count", "1: join the parts with llama.cpp's gguf-split --merge");
        }
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        Map<String, Integer> unreadable = new LinkedHashMap<>();
        readTensors(file, in, metadata, tensorCount, channel.size(), tensors, unreadable);
        return new GgufFile(file, channel, metadata, tensors, unreadable);
    }

    private static void readTensors(
            Path file,
            HeaderReader in,
            GgufMetadata metadata,
            long count,
            long fileBytes,
            Map<String, StoredTensor> tensors,
            Map<String, Integer> unreadable)
            throws IOException {
        int alignment = metadata.integer("general.alignment", DEFAULT_ALIGNMENT);
        if (alignment < 1) {
            throw metadata.unexpected("general.alignment", "a positive number of bytes");
        }
        Map<String, StoredTensor> relative = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            String name = in.text();
            if (relative.containsKey(name) || unreadable.containsKey(name)) {
                throw new GgufException(file, "every tensor once", name + " again");
            }
            long[] shape = shape(file, in, name);
            int type = in.number();
            long offset = in.count(1, "the offset of " + name);
            Optional<QuantFormat> format = QuantFormat.of(type);
            if (format.isPresent()) {
                long length = length(file, name, format.get(), shape);
                relative.put(name, new StoredTensor(name, format.get(), shape, offset, length));
            } else {
                unreadable.put(name, type);
            }
        }
        long start = (in.position() + alignment - 1) / alignment * alignment;
        for (StoredTensor tensor : relative.values()) {
            long offset = start + tensor.offset();
            if (tensor.length() > fileBytes - offset) {
                throw new GgufException(
                        file,
                        "tensor " + tensor.name() + " of " + tensor.length() + " bytes at " + offset,
                        "its end after " + fileBytes + " bytes");
            }
            tensors.put(
                    tensor.name(),
                    new StoredTensor(tensor.name(), tensor.format(), tensor.shape(), offset, tensor.length()));
        }
        refuseOverlaps(file, tensors);
    }

    /** Where two tensors share bytes, one of them holds the other's numbers. */
    private static void refuseOverlaps(Path file, Map<String, StoredTensor> tensors) {
        List<StoredTensor> inOrder = tensors.values().stream()
                .filter(tensor -> tensor.length() > 0)
                .sorted(Comparator.comparingLong(StoredTensor::offset))
                .toList();
        for (int i = 1; i < inOrder.size(); i++) {
            StoredTensor before = inOrder.get(i - 1);
            StoredTensor tensor = inOrder.get(i);
            if (tensor.offset() < before.offset() + before.length()) {
                throw new GgufException(
                        file,
                        "tensor " + tensor.name() + " behind tensor " + before.name() + ", which ends at "
                                + (before.offset() + before.length()),
                        "it at " + tensor.offset());
            }
        }
    }

    private static long[] shape(Path file, HeaderReader in, String name) throws IOException {
        int axes = in.number();
        if (axes < 1 || axes > 4) {
            throw new GgufException(file, "tensor " + name + " with 1 to 4 axes", Integer.toUnsignedString(axes));
        }
        long[] shape = new long[axes];
        for (int axis = axes - 1; axis >= 0; axis--) {
            shape[axis] = in.count(1, "numbers of tensor " + name);
        }
        return shape;
    }

    private static long length(Path file, String name, QuantFormat format, long[] shape) {
        long columns = shape[shape.length - 1];
        if (columns < 1 || columns > Integer.MAX_VALUE - 8 || columns % format.block() != 0) {
            throw new GgufException(
                    file,
                    "tensor " + name + " with rows of a multiple of " + format.block() + " numbers",
                    Arrays.toString(shape));
        }
        try {
            long length = format.rowBytes(columns);
            for (int axis = 0; axis < shape.length - 1; axis++) {
                length = Math.multiplyExact(length, shape[axis]);
            }
            return length;
        } catch (ArithmeticException e) {
            throw new GgufException(file, "tensor " + name + " of less than 2^63 bytes", Arrays.toString(shape));
        }
    }

    /** Returns the path that was opened. */
    public Path file() {
        return file;
    }

    /** Returns its keys and values. */
    public GgufMetadata metadata() {
        return metadata;
    }

    /** Returns its tensors in readable formats, by GGUF's names. */
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /** Returns the format numbers of the tensors that cannot be read, by name. */
    public Map<String, Integer> unreadable() {
        return unreadable;
    }

    /** Returns a copy of some bytes, little-endian. */
    public ByteBuffer bytes(long from, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, from + bytes.position()) < 0) {
                    throw new GgufException(file, from + length + " bytes", "its end before");
                }
            }
        } catch (IOException e) {
            throw new GgufException(file, "a readable GGUF file", e.toString());
        }
        return bytes.flip();
    }

    /** Returns a direct, read-only, little-endian view of less than 2^31 bytes, without a copy. */
    public ByteBuffer map(long from, long length) {
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, from, length).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new GgufException(file, "a file that can be memory-mapped", e.toString());
        }
    }

    @Override
    public void close() {
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
