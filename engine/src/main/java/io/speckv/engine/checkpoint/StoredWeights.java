package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The open files of a model's weights, in one of the usual layouts. */
sealed interface StoredWeights extends TensorSource, AutoCloseable
        permits FolderWeights, QuantizedWeights, GgufWeights {
    /** Returns every tensor by Hugging Face's name. */
    Map<String, TensorEntry> tensors();

    /** Returns the same files with other tensors. */
    StoredWeights withTensors(Map<String, TensorEntry> others);

    /** Returns a direct, read-only, little-endian view of the bytes of a tensor whose numbers are plain. */
    ByteBuffer bytes(TensorEntry entry);

    /**
     * Returns a fingerprint that tells these weights from others without reading all of them: a SHA-256, in lower-case
     * hexadecimal, of every tensor's name, format, shape and the bytes at its beginning and in its middle.
     */
    String fingerprint();

    /** Returns the formats of the weights in a few words, such as {@code bf16} or {@code gptq, 4 bits}. */
    String format();

    /** Returns the names of formats, each once, in alphabetical order. */
    static String words(Stream<? extends Enum<?>> formats) {
        return formats.map(format -> format.name().toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" and "));
    }

    @Override
    void close();

    /** Fails unless a tensor exists in the shape that a model needs. */
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
