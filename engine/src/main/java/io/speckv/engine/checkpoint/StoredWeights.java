package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The open files of a model's weights, in one of the layouts in which people have them. */
sealed interface StoredWeights extends TensorSource, AutoCloseable
        permits FolderWeights, QuantizedWeights, GgufWeights {
    /** Every tensor by Hugging Face's name. */
    Map<String, TensorEntry> tensors();

    /** The same files, seen as other tensors. */
    StoredWeights withTensors(Map<String, TensorEntry> others);

    /** A direct, read-only, little-endian view of the bytes of a tensor whose numbers are plain. */
    ByteBuffer bytes(TensorEntry entry);

    /**
     * What tells these weights from others without reading all of them, in lower-case hexadecimal: a SHA-256 of every tensor's
     * name, format, shape and the bytes at its beginning and in its middle.
     */
    String fingerprint();

    /** The formats that they are stored in, in a few words, such as {@code bf16} or {@code gptq, 4 bits}. */
    String format();

    /** Words for formats, each once, in the order of the alphabet. */
    static String words(Stream<? extends Enum<?>> formats) {
        return formats.map(format -> format.name().toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" and "));
    }

    @Override
    void close();

    /** Fails unless a tensor is there in the shape that a model needs. */
    static void require(Map<String, TensorEntry> tensors, Path listing, String name, long[] shape) {
        TensorEntry entry = tensors.get(name);
        if (entry == null) {
            throw CheckpointException.ofTensor(
                    listing, name, "the tensor in shape " + Arrays.toString(shape), "none of this name");
        }
        if (!Arrays.equals(entry.shape(), shape)) {
            throw CheckpointException.ofTensor(
                    entry.file(), name, "shape " + Arrays.toString(shape), Arrays.toString(entry.shape()));
        }
    }
}
