package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.DeviceName;
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
    /** Numbers of a row that share a scale in int8: fewer are nearer to the weights, more take less memory and time. */
    static final int INT8_BLOCK = 64;

    private static final int WHOLE_ROW = Integer.MAX_VALUE;

    private final Function<String, TensorEntry> tensors;
    private final Graph graph;
    private final NDManager memory;
    private final DeviceName device;
    private final Computation computation;
    private final NDArray nothing;
    private final Map<String, NDArray> maps = new HashMap<>();
    private final Map<Long, NDArray> hadamards = new HashMap<>();

    /**
     * @param tensors where a tensor lies, by name
     * @param graph with the methods of weights.py, and zeros, join, pack, hadamard, quantize and pack_int8
     */
    WeightReader(
            Function<String, TensorEntry> tensors,
            Graph graph,
            NDManager memory,
            DeviceName device,
            Computation computation) {
        this.tensors = tensors;
        this.graph = graph;
        this.memory = memory;
        this.device = device;
        this.computation = computation;
        this.nothing = graph.call("zeros")
                .with(new long[] {0})
                .with(computation.numbers().code())
                .with(Devices.torchName(device))
                .tensor(memory);
    }

    /** Whether the two matrices of a gated MLP are one layer: blocked int8 mixes and rounds its rows once for both. */
    boolean joinsGates() {
        return computation.kind() == LinearKind.BLOCKED_INT8;
    }

    /** An empty tensor, which stands for a part that a layer lacks. */
    NDArray nothing() {
        return nothing;
    }

    /** One layer from the rows of several; what is read for it alone is released at once. */
    IValue linear(boolean biased, String... names) {
        try (NDManager scope = memory.newSubManager()) {
            return linear(matrix(kept(scope), names), biased ? joined(memory, biasFormat(), ".bias", names) : nothing);
        }
    }

    /** The layer of one matrix by its whole name, without bias. */
    IValue linearOf(String name) {
        try (NDManager scope = memory.newSubManager()) {
            return linear(read(kept(scope), name, matrixFormat(name)), nothing);
        }
    }

    private IValue linear(NDArray weight, NDArray bias) {
        return switch (computation.kind()) {
            case PLAIN, NARROW -> listOf(weight, nothing, bias, nothing, nothing);
            case BLOCKED -> listOf(graph.call("pack").with(weight).tensor(memory), nothing, bias, nothing, nothing);
            case NARROW_INT8 -> {
                NDArray[] parts = quantized(memory, weight, INT8_BLOCK, nothing);
                yield listOf(parts[0], parts[1], bias, nothing, nothing);
            }
            case BLOCKED_INT8 -> blockedInt8(weight, bias);
        };
    }

    private IValue blockedInt8(NDArray weight, NDArray bias) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray mixing = hadamard(weight.getShape().get(1));
            NDArray[] parts = quantized(scope, weight, WHOLE_ROW, mixing);
            NDArray[] packed = graph.call("pack_int8").with(parts[0]).tensors(memory);
            NDArray scales = parts[1].flatten();
            scales.attach(memory);
            return listOf(packed[0], scales, bias, packed[1], mixing);
        }
    }

    private NDArray[] quantized(NDManager scope, NDArray weight, int block, NDArray hadamard) {
        return graph.call("quantize").with(weight).with(block).with(hadamard).tensors(scope);
    }

    /** What rows and columns of this width are mixed by, shared by all layers of it. */
    private NDArray hadamard(long width) {
        return hadamards.computeIfAbsent(
                width,
                each -> graph.call("hadamard")
                        .with(each)
                        .with(computation.numbers().code())
                        .tensor(memory));
    }

    /** Where a matrix is kept that a layer is made of: with the model if the layer is the matrix itself. */
    private NDManager kept(NDManager scope) {
        return computation.kind() == LinearKind.PLAIN || computation.kind() == LinearKind.NARROW ? memory : scope;
    }

    private NDArray matrix(NDManager scope, String... names) {
        return joined(scope, matrixFormat(names[0] + ".weight"), ".weight", names);
    }

    /** What is to be quantised is read as it is stored: rounded once. */
    private ScalarType matrixFormat(String name) {
        return computation.kind().isInt8() ? ScalarType.of(tensors.apply(name).type()) : computation.weights();
    }

    private ScalarType biasFormat() {
        return computation.kind().isInt8() ? ScalarType.FLOAT32 : computation.numbers();
    }

    /** A layer of some rows of a matrix, without bias; the whole is released at once. */
    IValue linearOfRows(String name, int[] rows) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray taken = graph.call("take_rows")
                    .with(read(scope, name, matrixFormat(name)))
                    .with(DecoderModel.longs(scope, rows))
                    .tensor(kept(scope));
            return linear(taken, nothing);
        }
    }

    private NDArray joined(NDManager scope, ScalarType format, String suffix, String... names) {
        if (names.length == 1) {
            return read(scope, names[0] + suffix, format);
        }
        try (NDManager each = memory.newSubManager()) {
            NDArray[] parts = new NDArray[names.length];
            for (int i = 0; i < names.length; i++) {
                parts[i] = read(each, names[i] + suffix, format);
            }
            return graph.call("join").with(parts).tensor(scope);
        }
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
     * Returns a tensor in the format of activations.
     *
     * @throws CheckpointException if it is missing, misaligned, or holds NaN or infinity
     */
    NDArray read(String name) {
        return read(memory, name, computation.numbers());
    }

    /** Returns a table whose rows are looked up, in the format that weights are kept in; otherwise as {@link #read}. */
    NDArray table(String name) {
        return read(memory, name, computation.weights());
    }

    private NDArray read(NDManager scope, String name, ScalarType format) {
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
                .with(format.code())
                .with(Devices.torchName(device))
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
