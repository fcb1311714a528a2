package io.speckv.engine.checkpoint;

import io.speckv.engine.checkpoint.config.Architecture.Part;
import io.speckv.engine.checkpoint.config.Experts;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors a model consists of, by their Hugging Face names. */
public final class WeightLayout {
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    private WeightLayout() {}

    /** Returns name and shape of every tensor a model of this shape needs, in the order of computation. */
    public static Map<String, long[]> of(ModelShape shape) {
        WeightLayout layout = new WeightLayout();
        layout.add("model.embed_tokens.weight", shape.vocabSize(), shape.hiddenSize());
        for (int layer = 0; layer < shape.layers(); layer++) {
            layout.addAttention("model.layers." + layer + ".", shape);
            layout.addBlock(
                    "model.layers." + layer + ".", shape, shape.layer(layer).isSparse());
        }
        layout.add("model.norm.weight", shape.hiddenSize());
        if (!shape.tiedEmbeddings()) {
            layout.add("lm_head.weight", shape.vocabSize(), shape.hiddenSize());
        }
        return Collections.unmodifiableMap(layout.shapes);
    }

    /** As {@link #of}, but as the family's files store the tensors. Phi-3's files store some matrices as one. */
    public static Map<String, long[]> stored(ModelShape shape) {
        Map<String, long[]> layout = of(shape);
        return shape.architecture().has(Part.FUSED_PROJECTIONS) ? FusedTensors.stored(layout) : layout;
    }

    /**
     * Returns numbers as the family's files store them.
     *
     * @param weights flattened, by the names of {@link #of}
     * @return flattened, by the names of {@link #stored(ModelShape)}
     */
    public static Map<String, float[]> stored(ModelShape shape, Map<String, float[]> weights) {
        return shape.architecture().has(Part.FUSED_PROJECTIONS) ? FusedTensors.joined(of(shape), weights) : weights;
    }

    /**
     * Returns the tensors that each stored tensor holds, in the order of its rows: names of {@link #of} by names of
     * {@link #stored(ModelShape)}, in the order of that map.
     */
    public static Map<String, List<String>> partsOfStored(ModelShape shape) {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        boolean fused = shape.architecture().has(Part.FUSED_PROJECTIONS);
        for (String name : of(shape).keySet()) {
            parts.computeIfAbsent(fused ? FusedTensors.storedName(name) : name, stored -> new ArrayList<>())
                    .add(name);
        }
        return parts;
    }

    /** Returns how many numbers all weights hold together. */
    public static long parameters(ModelShape shape) {
        return of(shape).values().stream()
                .mapToLong(tensor -> Arrays.stream(tensor).reduce(1, Math::multiplyExact))
                .sum();
    }

    private void addAttention(String layer, ModelShape shape) {
        long queryRows = (long) shape.heads() * shape.headDim();
        long keyRows = (long) shape.kvHeads() * shape.headDim();
        add(layer + "input_layernorm.weight", shape.hiddenSize());
        boolean biased = shape.biases().queries();
        addProjection(layer + "self_attn.q_proj", queryRows, shape.hiddenSize(), biased);
        addProjection(layer + "self_attn.k_proj", keyRows, shape.hiddenSize(), biased);
        addProjection(layer + "self_attn.v_proj", keyRows, shape.hiddenSize(), biased);
        if (shape.architecture().has(Part.QK_NORM)) {
            add(layer + "self_attn.q_norm.weight", shape.headDim());
            add(layer + "self_attn.k_norm.weight", shape.headDim());
        }
        addProjection(
                layer + "self_attn.o_proj",
                shape.hiddenSize(),
                queryRows,
                shape.biases().output());
    }

    private void addProjection(String name, long rows, long columns, boolean biased) {
        add(name + ".weight", rows, columns);
        if (biased) {
            add(name + ".bias", rows);
        }
    }

    private void addBlock(String layer, ModelShape shape, boolean sparse) {
        boolean postNorms = shape.architecture().has(Part.POST_NORMS);
        add(layer + "post_attention_layernorm.weight", shape.hiddenSize());
        if (postNorms) {
            add(layer + "pre_feedforward_layernorm.weight", shape.hiddenSize());
        }
        if (sparse) {
            Experts experts = shape.experts();
            add(layer + "mlp.gate.weight", experts.count(), shape.hiddenSize());
            for (int expert = 0; expert < experts.count(); expert++) {
                addMlp(expert(layer + "mlp.", expert), experts.intermediateSize(), shape);
            }
        } else {
            addMlp(layer + "mlp.", shape.intermediateSize(), shape);
        }
        if (postNorms) {
            add(layer + "post_feedforward_layernorm.weight", shape.hiddenSize());
        }
    }

    private void addMlp(String mlp, long inner, ModelShape shape) {
        boolean biased = shape.biases().mlp();
        addProjection(mlp + "gate_proj", inner, shape.hiddenSize(), biased);
        addProjection(mlp + "up_proj", inner, shape.hiddenSize(), biased);
        addProjection(mlp + "down_proj", shape.hiddenSize(), inner, biased);
    }

    /** Returns the prefix of the names of an expert's tensors. */
    public static String expert(String mlp, int expert) {
        return mlp + "experts." + expert + ".";
    }

    private void add(String name, long... shape) {
        shapes.put(name, shape);
    }
}
