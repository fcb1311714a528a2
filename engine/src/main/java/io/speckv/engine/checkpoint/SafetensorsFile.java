package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.config.JsonFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One open weights file: 8 bytes of header length, a JSON header, then the tensors' bytes.
 *
 * <p>Opening checks what the safetensors format demands: the tensors' ranges cover the data exactly once and each is as long
 * as its type and shape say. The file stays open, so the file that was checked is also the file that is mapped later, even
 * if another file takes its name.
 */
final class SafetensorsFile implements AutoCloseable {
    /** The format's own bound. A longer header means damage, whatever the file's size. */
    private static final long HEADER_BYTES_MAX = 100_000_000;

    private static final String METADATA = "__metadata__";

    private final Path file;
    private final FileChannel channel;
    private final MappedWindows windows;
    private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
    private final Map<String, FileTensor> coded = new LinkedHashMap<>();

    private SafetensorsFile(Path file, FileChannel channel, List<FileTensor> tensors) {
        this.file = file;
        this.channel = channel;
        this.windows = new MappedWindows(channel, tensors, MappedWindows.BYTES_MAX);
        for (FileTensor tensor : tensors) {
            tensor.dtype()
                    .weights()
                    .ifPresentOrElse(
                            type -> entries.put(tensor.name(), entry(tensor, type)),
                            () -> coded.put(tensor.name(), tensor));
        }
    }

    private static TensorEntry entry(FileTensor tensor, WeightType type) {
        return new TensorEntry(
                tensor.name(), type, tensor.shape(), tensor.file(), tensor.offset(), tensor.length(), true);
    }

    static SafetensorsFile open(Path file) {
        FileChannel channel = openChannel(file);
        boolean checked = false;
        try {
            SafetensorsFile opened = new SafetensorsFile(file, channel, readTensors(file, channel));
            checked = true;
            return opened;
        } catch (IOException e) {
            throw CheckpointException.ofFile(file, "a readable file", e.toString(), e);
        } finally {
            if (!checked) {
                close(channel);
            }
        }
    }

    /** Returns the tensors in formats of weights, in the order of the file. */
    Map<String, TensorEntry> entries() {
        return entries;
    }

    /** Returns all other tensors: codes, indices and scales of quantised weights, or tensors that are not read. */
    Map<String, FileTensor> coded() {
        return coded;
    }

    /** Returns the bytes of a tensor of this file, mapped, not copied. */
    ByteBuffer map(TensorEntry entry) {
        return map(entry.name(), entry.offset(), entry.length());
    }

    /** As {@link #map(TensorEntry)}. */
    ByteBuffer map(FileTensor tensor) {
        return map(tensor.name(), tensor.offset(), tensor.length());
    }

    private ByteBuffer map(String name, long offset, long length) {
        if (length > MappedWindows.BYTES_MAX) {
            throw CheckpointException.ofTensor(file, name, "at most 2^31 - 1 bytes", length + " bytes");
        }
        try {
            return windows.bytes(offset, length);
        } catch (IOException e) {
            throw CheckpointException.ofFile(file, "a file that can be memory-mapped", e.toString(), e);
        }
    }

    /** Returns a copy of some bytes of this file. */
    byte[] sample(long from, int length) {
        try {
            return read(file, channel, from, length).array();
        } catch (IOException e) {
            throw CheckpointException.ofFile(file, "a readable file", e.toString(), e);
        }
    }

    @Override
    public void close() {
        close(channel);
    }

    private static FileChannel openChannel(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw CheckpointException.ofFile(file, "a safetensors file", "no such file", e);
        } catch (IOException e) {
            throw CheckpointException.ofFile(file, "a readable file", e.toString(), e);
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<FileTensor> readTensors(Path file, FileChannel channel) throws IOException {
        long fileBytes = channel.size();
        if (fileBytes < Long.BYTES) {
            throw CheckpointException.ofFile(file, "8 bytes of header length", fileBytes + " bytes in all");
        }
        long headerBytes = read(file, channel, 0, Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        long headerBytesMax = Math.min(HEADER_BYTES_MAX, fileBytes - Long.BYTES);
        if (headerBytes < 0 || headerBytes > headerBytesMax) {
            throw CheckpointException.ofFile(
                    file,
                    "a header of at most " + headerBytesMax + " bytes",
                    "a header length of " + Long.toUnsignedString(headerBytes));
        }
        long dataStart = Long.BYTES + headerBytes;
        JsonFile header = JsonFile.parse(
                file, read(file, channel, Long.BYTES, (int) headerBytes).array());
        List<FileTensor> tensors = new ArrayList<>();
        for (String name : header.keys()) {
            if (!name.equals(METADATA)) {
                tensors.add(tensor(name, header.requireObject(name), dataStart, fileBytes));
            }
        }
        requireGaplessCover(file, tensors, dataStart, fileBytes);
        return tensors;
    }

    private static ByteBuffer read(Path file, FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw CheckpointException.ofFile(
                        file, position + length + " bytes", "its end after " + (position + buffer.position()));
            }
        }
        return buffer.flip();
    }

    private static FileTensor tensor(String name, JsonFile header, long dataStart, long fileBytes) {
        Path file = header.file();
        String found = header.requireText("dtype");
        Dtype dtype = Arrays.stream(Dtype.values())
                .filter(known -> known.name().equals(found))
                .findFirst()
                .orElseThrow(() -> CheckpointException.ofTensor(
                        file, name, "dtype one of " + Arrays.toString(Dtype.values()), found));
        long[] offsets = header.integers("data_offsets");
        long dataBytes = fileBytes - dataStart;
        if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataBytes) {
            throw CheckpointException.ofTensor(
                    file,
                    name,
                    "data_offsets [begin, end] within the " + dataBytes + " bytes of data in the file",
                    Arrays.toString(offsets));
        }
        if (!header.has("shape")) {
            throw CheckpointException.ofTensor(file, name, "a shape", "none");
        }
        long[] shape = header.integers("shape");
        long length = offsets[1] - offsets[0];
        requireLength(file, name, dtype, shape, length);
        return new FileTensor(name, dtype, shape, file, dataStart + offsets[0], length);
    }

    private static void requireLength(Path file, String name, Dtype dtype, long[] shape, long length) {
        long expected = dtype.bytes();
        try {
            for (long size : shape) {
                expected = Math.multiplyExact(expected, size);
            }
        } catch (ArithmeticException e) {
            throw CheckpointException.ofTensor(file, name, "a shape of less than 2^63 bytes", Arrays.toString(shape));
        }
        if (length != expected) {
            throw CheckpointException.ofTensor(
                    file, name, expected + " bytes for " + dtype + " " + Arrays.toString(shape), length + " bytes");
        }
    }

    private static void requireGaplessCover(Path file, List<FileTensor> tensors, long dataStart, long fileBytes) {
        tensors.sort(Comparator.comparingLong(FileTensor::offset).thenComparingLong(FileTensor::length));
        long end = dataStart;
        for (FileTensor tensor : tensors) {
            if (tensor.offset() != end) {
                throw CheckpointException.ofTensor(
                        file,
                        tensor.name(),
                        "its data to begin at " + (end - dataStart) + ", where the tensor before it ends",
                        "data beginning at " + (tensor.offset() - dataStart));
            }
            end += tensor.length();
        }
        if (end != fileBytes) {
            throw CheckpointException.ofFile(
                    file, "its end at byte " + end + ", where the last tensor ends", fileBytes + " bytes");
        }
    }
}
