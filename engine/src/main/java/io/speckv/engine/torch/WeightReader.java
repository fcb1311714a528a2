package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.DeviceName;
import io.speckv.engine.checkpoint.TensorEntry;
import io.speckv.engine.checkpoint.TensorSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a checkpoint's tensors for graphs. A tensor is wrapped if the file's number format is the one to compute in, and
 * converted otherwise. All results belong to the manager given at construction.
 */
final class WeightReader {
    private static final int NUMBERS_AT_ONCE = 1 << 20;

    private final TensorSource tensors;
    private final Graph graph;
    private final NDManager memory;
    private final DeviceName device;
    private final Computation computation;
    private final NDArray nothing;
    private final MappedFiles files;
    private final Map<Long, NDArray> mixings = new HashMap<>();

    /** @param graph that has the methods of weights.py, and zeros, join, take_rows, linear, hadamard and absent */
    WeightReader(TensorSource tensors, Graph graph, NDManager memory, DeviceName device, Computation computation) {
        this.tensors = tensors;
        this.graph = graph;
        this.memory = memory;
        this.device = device;
        this.computation = computation;
        this.files = new MappedFiles(graph, memory);
        this.nothing = graph.call("zeros")
                .with(new long[] {0})
                .with(computation.numbers().code())
                .with(Devices.torchName(device))
                .tensor(memory);
    }

    /** Returns an empty tensor, which stands for a part that a layer lacks. */
    NDArray nothing() {
        return nothing;
    }

    /**
     * Rows of one matrix.
     *
     * @param name common name of the matrix and its bias, without the suffixes
     * @param headOrder the stored row for each place of a head, the same for every head, or null for the stored order
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Rows(String name, int @Nullable [] headOrder) {}

    /** Returns one layer from the rows of several matrices. Memory that is needed only for reading is released at once. */
    IValue linear(boolean biased, String... names) {
        return linear(
                biased, Arrays.stream(names).map(name -> new Rows(name, null)).toArray(Rows[]::new));
    }

    /** As {@link #linear(boolean, String...)}, with rows in a given order. */
    IValue linear(boolean biased, Rows... parts) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray bias = biased ? joined(scope, biasFormat(), ".bias", parts) : nothing;
            return linear(computation.kind(), matrix(scope, parts), bias);
        }
    }

    /** Returns the layer of one matrix, by its full name, without bias. */
    IValue linearOf(String name) {
        try (NDManager scope = memory.newSubManager()) {
            return linear(computation.kind(), read(scope, name, matrixFormat(name), staysAsRead()), nothing);
        }
    }

    /** Returns the layer of one matrix, by its full name, in the format of activations, whatever the kind of other layers. */
    IValue exactLinear(String name) {
        return linear(LinearKind.PLAIN, read(name), nothing);
    }

    private IValue linear(LinearKind kind, NDArray weight, NDArray bias) {
        return graph.call("linear")
                .with(kind.word())
                .with(weight)
                .with(bias)
                .with(kind.mixes() ? mixing(weight.getShape().get(1)) : nothing)
                .value();
    }

    /** Returns the matrix that mixes rows of this width, shared by all layers of that width. */
    private NDArray mixing(long width) {
        return mixings.computeIfAbsent(
                width,
                each -> graph.call("hadamard")
                        .with(each)
                        .with(computation.numbers().code())
                        .tensor(memory));
    }

    /** Returns the placeholder for a layer whose rows are part of another layer. */
    IValue absent() {
        return graph.call("absent").value();
    }

    private NDArray matrix(NDManager scope, Rows... parts) {
        return joined(scope, matrixFormat(parts[0].name + ".weight"), ".weight", parts);
    }

    /** Matrices to quantise are read in their stored format, so that they are rounded only once. */
    private ScalarType matrixFormat(String name) {
        return computation.kind().isInt8() ? ScalarType.of(tensors.tensor(name).type()) : computation.weights();
    }

    private ScalarType biasFormat() {
        return computation.kind().isInt8() ? ScalarType.FLOAT32 : computation.numbers();
    }

    /** Returns a layer of some rows of a matrix, without bias. The whole matrix is released at once. */
    IValue linearOfRows(String name, int[] rows) {
        try (NDManager scope = memory.newSubManager()) {
            return linear(computation.kind(), take(scope, read(scope, name, matrixFormat(name), false), rows), nothing);
        }
    }

    private NDArray joined(NDManager scope, ScalarType format, String suffix, Rows... parts) {
        if (parts.length == 1) {
            return ordered(scope, parts[0], suffix, format, staysAsRead());
        }
        try (NDManager each = memory.newSubManager()) {
            NDArray[] read = new NDArray[parts.length];
            for (int i = 0; i < parts.length; i++) {
                read[i] = ordered(each, parts[i], suffix, format, false);
            }
            return graph.call("join").with(read).tensor(scope);
        }
    }

    private NDArray ordered(NDManager scope, Rows part, String suffix, ScalarType format, boolean stays) {
        int[] order = part.headOrder;
        if (order == null) {
            return read(scope, part.name + suffix, format, stays);
        }
        try (NDManager each = memory.newSubManager()) {
            NDArray stored = read(each, part.name + suffix, format, false);
            int[] rows = new int[Math.toIntExact(stored.getShape().get(0))];
            for (int row = 0; row < rows.length; row++) {
                rows[row] = row - row % order.length + order[row % order.length];
            }
            return take(scope, stored, rows);
        }
    }

    /** Returns some rows of a matrix, or some numbers of a vector. */
    private NDArray take(NDManager scope, NDArray stored, int[] rows) {
        return graph.call("take_rows")
                .with(stored)
                .with(DecoderModel.longs(scope, rows))
                .tensor(scope);
    }

    /**
     * Returns a norm of a head's channels, times {@code factor}, in the given order or, if that is null, in the stored
     * order.
     */
    NDArray headNorm(NDArray norm, int @Nullable [] order, double factor) {
        NDArray ordered = order == null ? norm : take(memory, norm, order);
        return factor == 1 ? ordered : ordered.mul(factor);
    }

    /** Returns a norm's weights, which are stored minus one, in float32, because the formats of weights are coarse near one. */
    NDArray aroundOne(String name) {
        return read(memory, name, ScalarType.FLOAT32, false).add(1);
    }

    /** Returns several tensors as one argument of a graph. */
    static IValue listOf(NDArray... tensors) {
        PtNDArray[] handles = new PtNDArray[tensors.length];
        for (int i = 0; i < tensors.length; i++) {
            handles[i] = (PtNDArray) tensors[i];
        }
        return IValue.listFrom(handles);
    }

    /** Returns several layers as one argument of a graph. The argument owns them from now on. */
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
     * @throws CheckpointException if the tensor is missing, or holds NaN or infinity
     */
    NDArray read(String name) {
        return read(memory, name, computation.numbers(), true);
    }

    /** As {@link #read}, for a table whose rows are looked up, in the format that weights are kept in. */
    NDArray table(String name) {
        return read(memory, name, computation.weights(), true);
    }

    /** Returns whether a layer holds the very matrix that was read. */
    private boolean staysAsRead() {
        return !computation.kind().isRearranged();
    }

    /** @param stays whether the model keeps the returned tensor itself, and not only something made from it */
    private NDArray read(NDManager scope, String name, ScalarType format, boolean stays) {
        TensorEntry entry = tensors.tensor(name);
        ScalarType stored = ScalarType.of(entry.type());
        if (!entry.isPlain() || entry.offset() % stored.bytes != 0) {
            return finite(computed(scope, entry, format), entry, name);
        }
        if (!stays || stored != format || device.isGpu()) {
            return finite(mapped(scope, entry, format), entry, name);
        }
        try (NDManager look = memory.newSubManager()) {
            finite(mapped(look, entry, format), entry, name);
        }
        return numbers(scope, files.lasting(entry.file(), stored), entry, format);
    }

    private NDArray finite(NDArray tensor, TensorEntry entry, String name) {
        if (!graph.call("all_finite").with(tensor).flag()) {
            throw CheckpointException.ofTensor(entry.file(), name, "finite weights", "NaN or infinity");
        }
        return tensor;
    }

    /** Returns a tensor from a map of its own, which is released together with it. */
    private NDArray mapped(NDManager scope, TensorEntry entry, ScalarType format) {
        try (NDManager each = memory.newSubManager()) {
            return numbers(scope, files.once(each, entry.file(), ScalarType.of(entry.type())), entry, format);
        }
    }

    private NDArray numbers(NDManager scope, NDArray file, TensorEntry entry, ScalarType format) {
        return graph.call("weight")
                .with(file)
                .with(entry.offset() / ScalarType.of(entry.type()).bytes)
                .with(entry.shape())
                .with(format.code())
                .with(Devices.torchName(device))
                .tensor(scope);
    }

    /** Returns numbers that libtorch cannot map from the file: quantised numbers, or plain ones that are not aligned. */
    private NDArray computed(NDManager scope, TensorEntry entry, ScalarType format) {
        NDArray tensor = graph.call("zeros")
                .with(entry.shape())
                .with(format.code())
                .with(Devices.torchName(device))
                .tensor(scope);
        long count = tensor.size();
        for (long first = 0; first < count; first += NUMBERS_AT_ONCE) {
            float[] numbers = new float[(int) Math.min(NUMBERS_AT_ONCE, count - first)];
            tensors.read(entry, first, numbers);
            try (NDManager chunk = scope.newSubManager()) {
                graph.call("fill")
                        .with(tensor)
                        .with(first)
                        .with(chunk.create(numbers))
                        .run();
            }
        }
        return tensor;
    }
}
