package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.TensorEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads a checkpoint's tensors as graphs take them: wrapped where the file's number format is the one to compute in,
 * converted where it is not. What it returns belongs to the manager given at construction.
 */
final class WeightReader {
    private final Function<String, TensorEntry> tensors;
    private final Graph graph;
    private final NDManager memory;
    private final ModelOptions options;
    private final Precision precision;
    private final ScalarType numbers;
    private final NDArray nothing;
    private final Map<String, NDArray> maps = new HashMap<>();

    /**
     * @param tensors where a tensor lies, by name
     * @param graph with the methods of weights.py, and zeros, join, pack and quantize
     */
    WeightReader(Function<String, TensorEntry> tensors, Graph graph, NDManager memory, ModelOptions options) {
        this.tensors = tensors;
        this.graph = graph;
        this.memory = memory;
        this.options = options;
        this.precision = options.precision().on(options.device());
        this.numbers = ScalarType.computing(precision);
        this.nothing = graph.call("zeros")
                .with(new long[] {0})
                .with(numbers.code())
                .with(Devices.torchName(options.device()))
                .tensor(memory);
    }

    Precision precision() {
        return precision;
    }

    /** An empty tensor, which stands for a part that a layer lacks. */
    NDArray nothing() {
        return nothing;
    }

    /** One layer from the rows of several; what is read for it alone is released at once. */
    IValue linear(boolean biased, String... names) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray weight = joined(scope, ".weight", names);
            return linear(weight, biased ? joined(memory, ".bias", names) : nothing);
        }
    }

    IValue linear(NDArray weight, NDArray bias) {
        if (precision == Precision.INT8) {
            return listOf(graph.call("quantize").with(weight).with(bias).tensors(memory));
        }
        return listOf(graph.call("pack").with(weight).tensor(memory), nothing, bias, nothing);
    }

    /** A layer of some rows of a tensor, without bias; the whole is released at once. */
    IValue linearOfRows(String name, int[] rows) {
        try (NDManager scope = memory.newSubManager()) {
            return linearOfRows(read(scope, name), rows);
        }
    }

    /** A layer of some rows of a matrix, without bias. */
    IValue linearOfRows(NDArray matrix, int[] rows) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray taken = graph.call("take_rows")
                    .with(matrix)
                    .with(DecoderModel.longs(scope, rows))
                    .tensor(scope);
            return linear(taken, nothing);
        }
    }

    private NDArray joined(NDManager scope, String suffix, String... names) {
        NDArray[] parts = new NDArray[names.length];
        for (int i = 0; i < names.length; i++) {
            parts[i] = read(scope, names[i] + suffix);
        }
        return parts.length == 1 ? parts[0] : graph.call("join").with(parts).tensor(scope);
    }

    /** Several tensors as one argument of a graph. */
    static IValue listOf(NDArray... tensors) {
        PtNDArray[] handles = new PtNDArray[tensors.length];
        for (int i = 0; i < tensors.length; i++) {
            handles[i] = (PtNDArray) tensors[i];
        }
        return IValue.listFrom(handles);
    }

    /** Several layers as one argument of a graph, which owns them from now on. */
    static IValue listOf(IValue... layers) {
        IValue list = IValue.listFrom(layers);
        for (IValue layer : layers) {
            layer.close();
        }
        return list;
    }

    /**
     * Returns a tensor.
     *
     * @throws CheckpointException if it is missing, misaligned, or holds NaN or infinity
     */
    NDArray read(String name) {
        return read(memory, name);
    }

    private NDArray read(NDManager scope, String name) {
        TensorEntry entry = tensors.apply(name);
        ScalarType stored = ScalarType.of(entry.type());
        if (entry.offset() % stored.bytes != 0) {
            throw CheckpointException.ofTensor(
                    entry.file(), name, "an offset that is a multiple of " + stored.bytes, "offset " + entry.offset());
        }
        NDArray tensor = graph.call("weight")
                .with(mapped(entry.file(), stored))
                .with(entry.offset() / stored.bytes)
                .with(entry.shape())
                .with(numbers.code())
                .with(Devices.torchName(options.device()))
                .tensor(scope);
        if (!graph.call("all_finite").with(tensor).flag()) {
            throw CheckpointException.ofTensor(entry.file(), name, "finite weights", "NaN or infinity");
        }
        return tensor;
    }

    /** A file as one array of a number format, mapped once. */
    private NDArray mapped(Path file, ScalarType stored) {
        return maps.computeIfAbsent(
                file + " " + stored,
                key -> graph.call("map_file")
                        .with(file.toString())
                        .with(sizeOf(file) / stored.bytes)
                        .with(stored.code())
                        .tensor(memory));
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
