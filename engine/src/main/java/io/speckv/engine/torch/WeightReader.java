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
 * Reads a checkpoint's tensors as graphs take them: wrapped where the file's number format is the one to compute in,
 * converted where it is not. What it returns belongs to the manager given at construction.
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

    /**
     * @param graph with the methods of weights.py, and zeros, join, take_rows, linear, hadamard and absent
     */
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

    /** An empty tensor, which stands for a part that a layer lacks. */
    NDArray nothing() {
        return nothing;
    }

    /**
     * Rows of one matrix.
     *
     * @param name of the matrix and its bias, without what follows
     * @param headOrder which stored row of a head stands at each place of every head, or null for the stored order
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Rows(String name, int @Nullable [] headOrder) {}

    /** One layer from the rows of several; what is read for it alone is released at once. */
    IValue linear(boolean biased, String... names) {
        return linear(
                biased, Arrays.stream(names).map(name -> new Rows(name, null)).toArray(Rows[]::new));
    }

    /** As {@link #linear(boolean, String...)}, with rows in an order of their own. */
    IValue linear(boolean biased, Rows... parts) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray bias = biased ? joined(scope, biasFormat(), ".bias", parts) : nothing;
            return linear(computation.kind(), matrix(scope, parts), bias);
        }
    }

    /** The layer of one matrix by its whole name, without bias. */
    IValue linearOf(String name) {
        try (NDManager scope = memory.newSubManager()) {
            return linear(computation.kind(), read(scope, name, matrixFormat(name), staysAsRead()), nothing);
        }
    }

    /** The layer of one matrix by its whole name in the format of activations, whatever others are kept in. */
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

    /** What rows and columns of this width are mixed by, shared by all layers of it. */
    private NDArray mixing(long width) {
        return mixings.computeIfAbsent(
                width,
                each -> graph.call("hadamard")
                        .with(each)
                        .with(computation.numbers().code())
                        .tensor(memory));
    }

    /** What stands for a layer whose rows another one has. */
    IValue absent() {
        return graph.call("absent").value();
    }

    private NDArray matrix(NDManager scope, Rows... parts) {
        return joined(scope, matrixFormat(parts[0].name + ".weight"), ".weight", parts);
    }

    /** What is to be quantised is read as it is stored: rounded once. */
    private ScalarType matrixFormat(String name) {
        return computation.kind().isInt8() ? ScalarType.of(tensors.tensor(name).type()) : computation.weights();
    }

    private ScalarType biasFormat() {
        return computation.kind().isInt8() ? ScalarType.FLOAT32 : computation.numbers();
    }

    /** A layer of some rows of a matrix, without bias; the whole is released at once. */
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

    /** Rows of a matrix, or numbers of a vector. */
    private NDArray take(NDManager scope, NDArray stored, int[] rows) {
        return graph.call("take_rows")
                .with(stored)
                .with(DecoderModel.longs(scope, rows))
                .tensor(scope);
    }

    /** A norm of a head's channels in an order of their own, or as stored where that is null, times a number. */
    NDArray headNorm(NDArray norm, int @Nullable [] order, double factor) {
        NDArray ordered = order == null ? norm : take(memory, norm, order);
        return factor == 1 ? ordered : ordered.mul(factor);
    }

    /** A norm's weights that are stored less one, in float32: near one the formats of weights are coarse. */
    NDArray aroundOne(String name) {
        return read(memory, name, ScalarType.FLOAT32, false).add(1);
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
     * @throws CheckpointException if it is missing, or holds NaN or infinity
     */
    NDArray read(String name) {
        return read(memory, name, computation.numbers(), true);
    }

    /** Returns a table whose rows are looked up, in the format that weights are kept in; otherwise as {@link #read}. */
    NDArray table(String name) {
        return read(memory, name, computation.weights(), true);
    }

    /** Whether layers are made of the very matrices that are read. */
    private boolean staysAsRead() {
        return !computation.kind().isRearranged();
    }

    /** @param stays whether the model holds what is returned, and not only something made of it */
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

    /**
     * A tensor by a map of its own, which goes with it.
     */
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

    /** Numbers that do not lie in the file as libtorch could map them: quantised ones, or plain ones that are not aligned. */
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
