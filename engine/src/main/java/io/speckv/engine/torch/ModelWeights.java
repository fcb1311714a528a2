package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.DeviceName;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.HeadTokens;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.Architecture.Part;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decoder's weights in the form that its graph takes. The memory belongs to the manager given at construction. */
final class ModelWeights implements AutoCloseable {
    private static final String EMBEDDING = "model.embed_tokens.weight";

    private final ModelShape shape;
    private final NDManager memory;
    private final WeightReader reader;
    private final boolean joinsGates;

    final NDArray embedding;
    final NDArray finalNorm;
    final IValue head;
    final List<IValue> norms = new ArrayList<>();
    final List<IValue> linears = new ArrayList<>();

    /**
     * @param headTokens tokens whose rows the LM head keeps, or null for all
     */
    ModelWeights(
            Checkpoint checkpoint,
            Graph graph,
            NDManager memory,
            DeviceName device,
            Computation computation,
            @Nullable HeadTokens headTokens) {
        this.shape = checkpoint.shape();
        this.memory = memory;
        this.reader = new WeightReader(checkpoint, graph, memory, device, computation);
        this.joinsGates = computation.kind().joinsGates();
        embedding = reader.table(EMBEDDING);
        finalNorm = norm("model.norm");
        head = head(headTokens);
        for (int layer = 0; layer < shape.layers(); layer++) {
            readLayer(layer);
            FreedMemory.giveBack();
        }
    }

    /** The embedding stays whole even if it is the head as well, because prompts may hold any token. */
    private IValue head(@Nullable HeadTokens tokens) {
        String name = shape.tiedEmbeddings() ? EMBEDDING : "lm_head.weight";
        return tokens == null ? reader.linearOf(name) : reader.linearOfRows(name, tokens.ids());
    }

    private void readLayer(int index) {
        String layer = "model.layers." + index + ".";
        String attention = layer + "self_attn.";
        String mlp = layer + "mlp.";
        boolean queryNorms = shape.architecture().has(Part.QK_NORM);
        boolean postNorms = shape.architecture().has(Part.POST_NORMS);
        int[] order = shape.layer(index).rope().isPartial(shape.headDim())
                ? shape.layer(index).rope().channelOrder(shape.headDim())
                : null;
        // The graph divides by the usual root of the head dimension, so this factor is relative to it.
        double queryFactor = shape.attentionScale() * Math.sqrt(shape.headDim());
        norms.add(WeightReader.listOf(
                norm(layer + "input_layernorm"),
                queryNorms ? reader.headNorm(norm(attention + "q_norm"), order, queryFactor) : reader.nothing(),
                queryNorms ? reader.headNorm(norm(attention + "k_norm"), order, 1) : reader.nothing(),
                norm(layer + (postNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm")),
                postNorms ? norm(layer + "post_attention_layernorm") : reader.nothing(),
                postNorms ? norm(layer + "post_feedforward_layernorm") : reader.nothing()));
        List<IValue> layers = new ArrayList<>();
        layers.add(reader.linear(
                shape.biases().queries(),
                new WeightReader.Rows(attention + "q_proj", order),
                new WeightReader.Rows(attention + "k_proj", order),
                new WeightReader.Rows(attention + "v_proj", null)));
        layers.add(reader.linear(shape.biases().output(), attention + "o_proj"));
        if (shape.layer(index).isSparse()) {
            layers.add(reader.exactLinear(mlp + "gate.weight"));
            for (int expert = 0; expert < shape.experts().count(); expert++) {
                layers.addAll(mlp(WeightLayout.expert(mlp, expert)));
            }
        } else {
            layers.addAll(mlp(mlp));
        }
        linears.add(WeightReader.listOf(layers.toArray(IValue[]::new)));
    }

    /** Returns gate, up and down. Up is absent if gate holds both. */
    private List<IValue> mlp(String mlp) {
        boolean biased = shape.biases().mlp();
        return List.of(
                joinsGates
                        ? reader.linear(biased, mlp + "gate_proj", mlp + "up_proj")
                        : reader.linear(biased, mlp + "gate_proj"),
                joinsGates ? reader.absent() : reader.linear(biased, mlp + "up_proj"),
                reader.linear(biased, mlp + "down_proj"));
    }

    private NDArray norm(String name) {
        return shape.architecture().has(Part.NORMS_AROUND_ONE)
                ? reader.aroundOne(name + ".weight")
                : reader.read(name + ".weight");
    }

    @Override
    public void close() {
        head.close();
        norms.forEach(IValue::close);
        linears.forEach(IValue::close);
        memory.close();
    }
}
