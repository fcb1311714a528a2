package io.speckv.engine.checkpoint;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Matrices that some families store as one: the rows of queries, keys and values, and those of both halves of the MLP. Their
 * parts lie one after the other, so each part becomes an entry of its own in the same file.
 */
final class FusedTensors {
    private FusedTensors() {}

    /** Returns name and shape of the stored tensors, from those that the model consists of. */
    static Map<String, long[]> stored(Map<String, long[]> layout) {
        Map<String, long[]> stored = new LinkedHashMap<>();
        layout.forEach((name, shape) -> stored.merge(storedName(name), shape, FusedTensors::stacked));
        return stored;
    }

    /** Returns the rows of each matrix that a stored matrix holds, from the top, by the stored matrix's name. */
    static Map<String, int[]> parts(Map<String, long[]> layout) {
        Map<String, int[]> parts = new HashMap<>();
        layout.forEach((name, shape) -> parts.merge(
                storedName(name),
                new int[] {Math.toIntExact(shape[0])},
                (above, below) -> IntStream.concat(Arrays.stream(above), Arrays.stream(below))
                        .toArray()));
        return parts;
    }

    /**
     * Returns the numbers of the stored tensors.
     *
     * @param layout in the order of rows within matrices that are stored as one
     * @param weights of the tensors that the model consists of, flattened
     */
    static Map<String, float[]> joined(Map<String, long[]> layout, Map<String, float[]> weights) {
        Map<String, float[]> joined = new HashMap<>();
        for (String name : layout.keySet()) {
            float[] part = Objects.requireNonNull(weights.get(name), name);
            joined.merge(storedName(name), part, (above, below) -> {
                float[] both = Arrays.copyOf(above, above.length + below.length);
                System.arraycopy(below, 0, both, above.length, below.length);
                return both;
            });
        }
        return joined;
    }

    /**
     * Returns the entries of the tensors that the model consists of.
     *
     * @param layout in the order of rows within matrices that are stored as one
     * @param stored entries of the stored tensors
     */
    static Map<String, TensorEntry> split(Map<String, long[]> layout, Map<String, TensorEntry> stored) {
        Map<String, TensorEntry> parts = new HashMap<>(stored);
        Map<String, Long> taken = new HashMap<>();
        layout.forEach((name, shape) -> {
            TensorEntry whole = stored.get(storedName(name));
            if (whole != null && !storedName(name).equals(name)) {
                parts.remove(whole.name());
                long first = taken.merge(whole.name(), shape[0], Long::sum) - shape[0];
                long row = whole.length() / whole.shape()[0];
                parts.put(
                        name,
                        new TensorEntry(
                                name,
                                whole.type(),
                                shape,
                                whole.file(),
                                whole.offset() + first * row,
                                shape[0] * row,
                                whole.isPlain()));
            }
        });
        return parts;
    }

    private static long[] stacked(long[] above, long[] below) {
        long[] both = above.clone();
        both[0] += below[0];
        return both;
    }

    /** Returns the name of the stored tensor that holds the tensor {@code name}. */
    static String storedName(String name) {
        return name.replaceFirst("\\.[qkv]_proj\\.", ".qkv_proj.")
                .replaceFirst("\\.(gate|up)_proj\\.", ".gate_up_proj.");
    }
}
