package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.ModelShape;
import io.speckv.engine.checkpoint.TensorEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint's weights as the graph takes them: wrapped where the file's number format is the one to compute in,
 * converted where it is not. The memory belongs to the manager given at construction.
 */
final class ModelWeights implements AutoCloseable {
    private final Checkpoint checkpoint;
    private final Graph graph;
    private final NDManager memory;
    private final ModelOptions options;
    private final Precision precision;
    private final ScalarType numbers;
    private final NDArray nothing;
    private final Map<String, NDArray> maps = new HashMap<>();

    final NDArray embedding;
    final NDArray finalNorm;
    final IValue head;
    final List<IValue> norms = new ArrayList<>();
    final List<IValue> linears = new ArrayList<>();

    ModelWeights(Checkpoint checkpoint, Graph graph, NDManager memory, ModelOptions options, ScalarType numbers) {
        this.checkpoint = checkpoint;
        this.graph = graph;
        this.memory = memory;
        this.options = options;
        this.precision = options.precision().on(options.device());
        this.numbers = numbers;
        this.nothing = graph.call("zeros")
                .with(new long[] {0})
                .with(numbers.code)
                .with(Devices.torchName(options.device()))
                .tensor(memory);
        embedding = read("model.embed_tokens.weight");
        finalNorm = read("model.norm.weight");
        head = linear(checkpoint.shape().tiedEmbeddings() ? embedding : read("lm_head.weight"), nothing);
        for (int layer = 0; layer < checkpoint.shape().layers(); layer++) {
            readLayer("model.layers." + layer + ".");
        }
    }

    private void readLayer(String layer) {
        ModelShape shape = checkpoint.shape();
        NDArray queryNorm = shape.qkNorm() ? read(layer + "self_attn.q_norm.weight") : nothing;
        NDArray keyNorm = shape.qkNorm() ? read(layer + "self_attn.k_norm.weight") : nothing;
        norms.add(listOf(
                read(layer + "input_layernorm.weight"),
                queryNorm,
                keyNorm,
                read(layer + "post_attention_layernorm.weight")));
        String attention = layer + "self_attn.";
        String mlp = layer + "mlp.";
        boolean biased = shape.qkvBias();
        // In int8 one product makes both halves of the MLP; elsewhere oneDNN multiplies them while the second is made.
        boolean joined = precision == Precision.INT8;
        IValue[] parts = {
            linear(biased, attention + "q_proj", attention + "k_proj", attention + "v_proj"),
            linear(false, attention + "o_proj"),
            joined ? linear(false, mlp + "gate_proj", mlp + "up_proj") : linear(false, mlp + "gate_proj"),
            joined ? listOf() : linear(false, mlp + "up_proj"),
            linear(false, mlp + "down_proj")
        };
        linears.add(IValue.listFrom(parts));
        for (IValue part : parts) {
            part.close();
        }
    }

    /** One layer from the rows of several; what is read for it alone is released at once. */
    private IValue linear(boolean biased, String... names) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray weight = joined(scope, ".weight", names);
            return linear(weight, biased ? joined(memory, ".bias", names) : nothing);
        }
    }

    private NDArray joined(NDManager scope, String suffix, String... names) {
        NDArray[] parts = new NDArray[names.length];
        for (int i = 0; i < names.length; i++) {
            parts[i] = read(scope, names[i] + suffix);
        }
        return parts.length == 1 ? parts[0] : graph.call("join").with(parts).tensor(scope);
    }

    private IValue linear(NDArray weight, NDArray bias) {
        if (precision == Precision.INT8) {
            return listOf(graph.call("quantize").with(weight).with(bias).tensors(memory));
        }
        return listOf(graph.call("pack").with(weight).tensor(memory), nothing, bias, nothing);
    }

    private static IValue listOf(NDArray... tensors) {
        PtNDArray[] handles = new PtNDArray[tensors.length];
        for (int i = 0; i < tensors.length; i++) {
            handles[i] = (PtNDArray) tensors[i];
        }
        return IValue.listFrom(handles);
    }

    private NDArray read(String name) {
        return read(memory, name);
    }

    private NDArray read(NDManager scope, String name) {
        TensorEntry entry = checkpoint.tensor(name);
        ScalarType stored = ScalarType.of(entry.type());
        if (entry.offset() % stored.bytes != 0) {
            throw CheckpointException.ofTensor(
                    entry.file(), name, "an offset that is a multiple of " + stored.bytes, "offset " + entry.offset());
        }
        NDArray tensor = graph.call("weight")
                .with(mapped(entry.file(), stored))
                .with(entry.offset() / stored.bytes)
                .with(entry.shape())
                .with(numbers.code)
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
                        .with(stored.code)
                        .tensor(memory));
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number format that checkpoints of a precision are computed in. */
    static ScalarType numbers(Precision precision) {
        return precision == Precision.FP32 ? ScalarType.FLOAT32 : ScalarType.BFLOAT16;
    }

    @Override
    public void close() {
        head.close();
        norms.forEach(IValue::close);
        linears.forEach(IValue::close);
        memory.close();
    }
}
