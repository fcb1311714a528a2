package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Maps files as arrays of a number format. Pages that were read through a map stay in the process as long as the map or a
 * tensor of it exists.
 */
final class MappedFiles {
    private final Graph graph;
    private final NDManager memory;
    private final Map<String, NDArray> lasting = new HashMap<>();

    /**
     * @param graph that has the method map_file
     * @param memory owns the lasting maps
     */
    MappedFiles(Graph graph, NDManager memory) {
        this.graph = graph;
        this.memory = memory;
    }

    /** Returns the file's lasting map, shared by all tensors that stay as they are stored. */
    NDArray lasting(Path file, ScalarType stored) {
        return lasting.computeIfAbsent(file + " " + stored, key -> once(memory, file, stored));
    }

    /** Returns a new map, which {@code scope} owns. */
    NDArray once(NDManager scope, Path file, ScalarType stored) {
        return graph.call("map_file")
                .with(file.toString())
                .with(sizeOf(file) / stored.bytes)
                .with(stored.code())
                .tensor(scope);
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
