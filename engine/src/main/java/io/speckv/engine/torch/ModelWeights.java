package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.DeviceName;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.HeadTokens;
import io.speckv.engine.checkpoint.ModelShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decoder's weights as its graph takes them. The memory belongs to the manager given at construction. */
final class ModelWeights implements AutoCloseable {
    private static final String EMBEDDING = "model.embed_tokens.weight";

    private final ModelShape shape;
    private final NDManager memory;
    private final WeightReader reader;

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
        this.reader = new WeightReader(checkpoint::tensor, graph, memory, device, computation);
        embedding = reader.table(EMBEDDING);
        finalNorm = reader.read("model.norm.weight");
        head = head(headTokens);
        for (int layer = 0; layer < shape.layers(); layer++) {
            readLayer("model.layers." + layer + ".");
        }
    }

    /** The embedding stays whole where it is the head as well: prompts hold any token. */
    private IValue head(@Nullable HeadTokens tokens) {
        String name = shape.tiedEmbeddings() ? EMBEDDING : "lm_head.weight";
        return tokens == null ? reader.linearOf(name) : reader.linearOfRows(name, tokens.ids());
    }

    private void readLayer(String layer) {
        NDArray queryNorm =
                shape.architecture().qkNorm() ? reader.read(layer + "self_attn.q_norm.weight") : reader.nothing();
        NDArray keyNorm =
                shape.architecture().qkNorm() ? reader.read(layer + "self_attn.k_norm.weight") : reader.nothing();
        norms.add(WeightReader.listOf(
                reader.read(layer + "input_layernorm.weight"),
                queryNorm,
                keyNorm,
                reader.read(layer + "post_attention_layernorm.weight")));
        String attention = layer + "self_attn.";
        String mlp = layer + "mlp.";
        boolean biased = shape.architecture().qkvBias();
        // Elsewhere oneDNN multiplies both halves of the MLP while the second is made.
        boolean joined = reader.joinsGates();
        linears.add(WeightReader.listOf(
                reader.linear(biased, attention + "q_proj", attention + "k_proj", attention + "v_proj"),
                reader.linear(false, attention + "o_proj"),
                joined
                        ? reader.linear(false, mlp + "gate_proj", mlp + "up_proj")
                        : reader.linear(false, mlp + "gate_proj"),
                joined ? WeightReader.listOf(new NDArray[0]) : reader.linear(false, mlp + "up_proj"),
                reader.linear(false, mlp + "down_proj")));
    }

    @Override
    public void close() {
        head.close();
        norms.forEach(IValue::close);
        linears.forEach(IValue::close);
        memory.close();
    }
}
