package io.speckv.engine.checkpoint;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Matrices that some families store as one: the rows of queries, keys and values, and those of both halves of the MLP.
 * Their parts lie one after the other, so each is an entry of its own in the same file.
 */
final class FusedTensors {
    private FusedTensors() {}

    /** Returns name and shape of what is stored, from what the model consists of. */
    static Map<String, long[]> stored(Map<String, long[]> layout) {
        Map<String, long[]> stored = new LinkedHashMap<>();
        layout.forEach((name, shape) -> stored.merge(storedName(name), shape, FusedTensors::stacked));
        return stored;
    }

    /**
     * Returns the entries of what the model consists of.
     *
     * @param layout in the order of rows within what is stored as one
     * @param stored entries of what is stored
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

    private static String storedName(String name) {
        return name.replaceFirst("\\.[qkv]_proj\\.", ".qkv_proj.")
                .replaceFirst("\\.(gate|up)_proj\\.", ".gate_up_proj.");
    }
}
