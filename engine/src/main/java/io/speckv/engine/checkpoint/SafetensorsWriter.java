package io.speckv.engine.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Writes weights files that {@link Checkpoint} and every other safetensors reader can open. */
public final class SafetensorsWriter {
    /** The header is padded to a multiple of this, so that the data is aligned for every type. */
    private static final int ALIGNMENT_BYTES = 64;

    private static final int CHUNK_NUMBERS = 1 << 16;

    private SafetensorsWriter() {}

    /** The numbers of a tensor. They are asked for in order, so that weights larger than memory can be written. */
    @FunctionalInterface
    public interface Numbers {
        /** Returns the number at a place of the flattened, row-major tensor. */
        float at(long index);
    }

    /**
     * A tensor to be written.
     *
     * @param shape sizes of its axes, outermost first; borrowed until the file is written
     * @param numbers rounded to {@code type} when written
     */
    @SuppressWarnings("ArrayRecordComponent") // Only handed over, never compared.
    public record Tensor(String name, WeightType type, long[] shape, Numbers numbers) {

        /** Returns the numbers in the tensor. */
        public long count() {
            long count = 1;
            for (long size : shape) {
                count = Math.multiplyExact(count, size);
            }
            return count;
        }
    }

    /**
     * Writes the tensors in the order given. The file appears under its name only when it is complete.
     *
     * @throws IllegalArgumentException if two tensors have the same name
     */
    public static void write(Path file, List<Tensor> tensors) throws IOException {
        byte[] header = header(tensors);
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try (FileChannel out = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                writeFully(out, length.putLong(header.length).flip());
                writeFully(out, ByteBuffer.wrap(header));
                for (Tensor tensor : tensors) {
                    writeNumbers(out, tensor);
                }
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static byte[] header(List<Tensor> tensors) {
        ObjectNode header = JsonMapper.builder().build().createObjectNode();
        long begin = 0;
        for (Tensor tensor : tensors) {
            if (header.has(tensor.name())) {
                throw new IllegalArgumentException("two tensors are named " + tensor.name());
            }
            long end = begin + tensor.count() * tensor.type().bytes();
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", tensor.type().name());
            ArrayNode shape = entry.putArray("shape");
            for (long size : tensor.shape()) {
                shape.add(size);
            }
            entry.putArray("data_offsets").add(begin).add(end);
            begin = end;
        }
        String json = header.toString();
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        int padding = Math.floorMod(-(Long.BYTES + bytes), ALIGNMENT_BYTES);
        return (json + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
    }

    private static void writeNumbers(FileChannel out, Tensor tensor) throws IOException {
        ByteBuffer chunk =
                ByteBuffer.allocateDirect(CHUNK_NUMBERS * tensor.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        long count = tensor.count();
        for (long i = 0; i < count; i++) {
            tensor.type().put(chunk, tensor.numbers().at(i));
            if (!chunk.hasRemaining() || i == count - 1) {
                writeFully(out, chunk.flip());
                chunk.clear();
            }
        }
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
