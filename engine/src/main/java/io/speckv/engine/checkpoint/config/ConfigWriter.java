package io.speckv.engine.checkpoint.config;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes a model's configuration as Hugging Face does. */
public final class ConfigWriter {
    private static final String ORIGINAL = "original_max_position_embeddings";
    private static final int SCALAR_STEPS_MOST = 8;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ConfigWriter() {}

    /** @throws CheckpointException if no config of the family says this; nothing is written */
    static void write(ModelConfig config, Path folder) throws IOException {
        ModelShape shape = config.shape();
        ObjectNode json = MAPPER.createObjectNode();
        json.putArray("architectures").add(shape.architecture().className());
        json.put("model_type", shape.architecture().modelType())
                .put("vocab_size", shape.vocabSize())
                .put("hidden_size", shape.hiddenSize())
                .put("intermediate_size", shape.intermediateSize())
                .put("num_hidden_layers", shape.layers())
                .put("num_attention_heads", shape.heads())
                .put("num_key_value_heads", shape.kvHeads())
                .put("head_dim", shape.headDim())
                .put("rms_norm_eps", shape.rmsNormEps())
                .put("max_position_embeddings", positions(shape))
                .put(
                        shape.architecture() == Architecture.GEMMA3 ? "hidden_activation" : "hidden_act",
                        shape.activation().configName())
                .put("tie_word_embeddings", shape.tiedEmbeddings());
        if (shape.biases().output()) {
            json.put("attention_bias", true);
        }
        if (shape.biases().mlp()) {
            json.put("mlp_bias", true);
        }
        if (shape.architecture() == Architecture.GEMMA3) {
            json.put("query_pre_attn_scalar", queryScalar(shape.attentionScale()));
        }
        if (shape.architecture().has(Architecture.Part.EXPERTS)) {
            writeExperts(json, shape);
        }
        writeLayers(json, shape);
        // Written to both files, as Hugging Face does, because some readers know only the first.
        config.endTokens().stream().sorted().forEach(json.putArray("eos_token_id")::add);
        ObjectNode generation = MAPPER.createObjectNode();
        config.endTokens().stream().sorted().forEach(generation.putArray("eos_token_id")::add);
        Path file = folder.resolve(ModelConfig.CONFIG);
        String text = json.toPrettyString();
        requireSame(shape, file, text);
        Files.writeString(file, text);
        Files.writeString(folder.resolve(ModelConfig.GENERATION_CONFIG), generation.toPrettyString());
    }

    /** A config says less than a shape: what it would say otherwise must not be lost in silence. */
    private static void requireSame(ModelShape shape, Path file, String text) {
        String expected = "what a config.json can say of a model of type "
                + shape.architecture().modelType();
        ModelShape read;
        try {
            read = ModelConfig.shape(JsonFile.parse(file, text.getBytes(StandardCharsets.UTF_8)));
        } catch (CheckpointException e) {
            String key = e.item().map(item -> item + " ").orElse("");
            throw CheckpointException.ofFile(file, expected, key + e.found() + ", which must be " + e.expected(), e);
        }
        List<String> differences = RecordDifferences.between(shape, read);
        if (!differences.isEmpty()) {
            throw CheckpointException.ofFile(file, expected, String.join("; ", differences));
        }
    }

    /** Returns the number whose root divides attention. It is whole in all models, and its root is not. */
    private static double queryScalar(double scale) {
        double scalar = 1 / (scale * scale);
        if (1 / Math.sqrt(Math.rint(scalar)) == scale) {
            return Math.rint(scalar);
        }
        // Each step above is rounded, so the number that gives the scale may be a few steps away.
        for (int step = 0; step < SCALAR_STEPS_MOST && 1 / Math.sqrt(scalar) > scale; step++) {
            scalar = Math.nextUp(scalar);
        }
        for (int step = 0; step < SCALAR_STEPS_MOST && 1 / Math.sqrt(scalar) < scale; step++) {
            scalar = Math.nextDown(scalar);
        }
        return scalar;
    }

    private static void writeExperts(ObjectNode json, ModelShape shape) {
        Experts experts = shape.experts();
        json.put("num_experts", experts.count())
                .put("num_experts_per_tok", experts.chosen())
                .put("moe_intermediate_size", experts.intermediateSize())
                .put("norm_topk_prob", experts.normalised());
        var dense = json.putArray("mlp_only_layers");
        for (int layer = 0; layer < shape.layers(); layer++) {
            if (!shape.layer(layer).isSparse()) {
                dense.add(layer);
            }
        }
    }

    private static void writeLayers(ObjectNode json, ModelShape shape) {
        Architecture architecture = shape.architecture();
        List<LayerShape> layers = shape.layerShapes();
        Optional<LayerShape> local = layers.stream()
                .filter(layer -> layer.window() != LayerShape.NO_WINDOW)
                .findFirst();
        local.ifPresent(layer -> json.put("sliding_window", layer.window()));
        boolean byLayer = architecture != Architecture.MISTRAL && architecture != Architecture.PHI3;
        // A Gemma config without this key means windows on five of six layers.
        if (byLayer && (local.isPresent() || architecture == Architecture.GEMMA3)) {
            if (architecture != Architecture.LLAMA) {
                json.put("use_sliding_window", local.isPresent());
            }
            var types = json.putArray("layer_types");
            layers.forEach(layer -> types.add(kind(layer)));
        }
        if (architecture == Architecture.SMOLLM3) {
            var rotates = json.putArray("no_rope_layers");
            layers.forEach(layer -> rotates.add(layer.rope().share() > 0 ? 1 : 0));
        }
        if (architecture == Architecture.GEMMA3) {
            ObjectNode parameters = json.putObject("rope_parameters");
            layers.forEach(layer -> writeRope(parameters.putObject(kind(layer)), layer.rope()));
        } else {
            layers.stream()
                    .map(LayerShape::rope)
                    .filter(rope -> rope.share() > 0)
                    .findFirst()
                    .ifPresent(rope -> writeRope(json, rope));
        }
    }

    private static int positions(ModelShape shape) {
        return shape.layerShapes().stream()
                .map(layer -> layer.rope().scaling())
                .filter(RopeScaling.DynamicNtk.class::isInstance)
                .map(scaling -> ((RopeScaling.DynamicNtk) scaling).originalMaxPositions())
                .findFirst()
                .orElse(shape.maxPositions());
    }

    private static String kind(LayerShape layer) {
        return layer.window() == LayerShape.NO_WINDOW ? RopeReader.FULL : RopeReader.SLIDING;
    }

    /** Writes a rotation's base beside its scaling, or into the scaling if {@code json} describes one kind of layer. */
    private static void writeRope(ObjectNode json, Rope rope) {
        json.put("rope_theta", rope.theta());
        if (rope.share() != 1) {
            json.put("partial_rotary_factor", rope.share());
        }
        if (rope.scaling().equals(RopeScaling.none())) {
            return;
        }
        ObjectNode scaling = json.has("model_type") ? json.putObject("rope_scaling") : json;
        writeScaling(scaling, rope.scaling());
    }

    private static void writeScaling(ObjectNode json, RopeScaling rope) {
        if (rope instanceof RopeScaling.Linear linear) {
            json.put("rope_type", "linear").put("factor", linear.factor());
        } else if (rope instanceof RopeScaling.DynamicNtk dynamic) {
            // The original context is the number of positions in the config.
            json.put("rope_type", "dynamic").put("factor", dynamic.factor());
        } else if (rope instanceof RopeScaling.Yarn yarn) {
            json.put("rope_type", "yarn")
                    .put("factor", yarn.factor())
                    .put("attention_factor", yarn.attentionFactor())
                    .put("beta_fast", yarn.betaFast())
                    .put("beta_slow", yarn.betaSlow())
                    .put("truncate", yarn.truncate())
                    .put(ORIGINAL, yarn.originalMaxPositions());
        } else if (rope instanceof RopeScaling.LongRope longRope) {
            json.put("rope_type", "longrope").put("attention_factor", longRope.attentionFactor());
            longRope.shortFactors().forEach(json.putArray("short_factor")::add);
            longRope.longFactors().forEach(json.putArray("long_factor")::add);
            json.put(ORIGINAL, longRope.originalMaxPositions());
        } else if (rope instanceof RopeScaling.Llama3 llama3) {
            json.put("rope_type", "llama3")
                    .put("factor", llama3.factor())
                    .put("low_freq_factor", llama3.lowFreqFactor())
                    .put("high_freq_factor", llama3.highFreqFactor())
                    .put(ORIGINAL, llama3.originalMaxPositions());
        }
    }
}
