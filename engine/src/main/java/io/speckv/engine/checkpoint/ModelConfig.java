package io.speckv.engine.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code config.json} and {@code generation_config.json} of a checkpoint folder.
 *
 * <p>A setting that would change what the model computes and is not supported is an error, never ignored.
 *
 * @param shape what {@code config.json} says about the model
 * @param endTokens ids that end a text: those of {@code generation_config.json}, else of {@code config.json}, and the
 *     tokenizer's own; empty if none names one
 */
public record ModelConfig(ModelShape shape, Set<Integer> endTokens) {
    static final String CONFIG = "config.json";
    static final String GENERATION_CONFIG = "generation_config.json";
    private static final double DEFAULT_ROPE_THETA = 10_000;

    /** Switches that would add parts to the model which the decoder does not have. */
    private static final List<String> UNSUPPORTED_SWITCHES = List.of("mlp_bias", "use_sliding_window");

    public ModelConfig {
        endTokens = Set.copyOf(endTokens);
    }

    /**
     * Returns what the folder's configuration files say.
     *
     * @throws CheckpointException if a file or a key is missing, malformed, contradictory or asks for something unsupported
     */
    public static ModelConfig read(Path folder) {
        JsonFile config = JsonFile.read(folder.resolve(CONFIG));
        Architecture architecture = config.requireOneOf("model_type", Architecture.values(), Architecture::modelType);
        refuseUnsupported(config, architecture);
        try {
            ModelShape shape = shape(config, architecture);
            return new ModelConfig(shape, EndTokens.read(folder, config, shape.vocabSize()));
        } catch (IllegalArgumentException e) {
            throw CheckpointException.ofFile(
                    config.file(), "a consistent model shape", String.valueOf(e.getMessage()), e);
        }
    }

    /** Writes {@code config.json} and {@code generation_config.json} so that {@link #read} returns an equal value. */
    public void write(Path folder) throws IOException {
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode config = mapper.createObjectNode();
        config.putArray("architectures").add(shape.architecture().className());
        config.put("model_type", shape.architecture().modelType())
                .put("vocab_size", shape.vocabSize())
                .put("hidden_size", shape.hiddenSize())
                .put("intermediate_size", shape.intermediateSize())
                .put("num_hidden_layers", shape.layers())
                .put("num_attention_heads", shape.heads())
                .put("num_key_value_heads", shape.kvHeads())
                .put("head_dim", shape.headDim())
                .put("rms_norm_eps", shape.rmsNormEps())
                .put("rope_theta", shape.rope().theta())
                .put("max_position_embeddings", shape.maxPositions())
                .put("hidden_act", "silu")
                .put("tie_word_embeddings", shape.tiedEmbeddings());
        shape.rope()
                .llama3()
                .ifPresent(scaling -> config.putObject("rope_scaling")
                        .put("rope_type", "llama3")
                        .put("factor", scaling.factor())
                        .put("low_freq_factor", scaling.lowFreqFactor())
                        .put("high_freq_factor", scaling.highFreqFactor())
                        .put("original_max_position_embeddings", scaling.originalMaxPositions()));
        // In both files, as Hugging Face has them: some readers know only the first.
        endTokens.stream().sorted().forEach(config.putArray("eos_token_id")::add);
        ObjectNode generation = mapper.createObjectNode();
        endTokens.stream().sorted().forEach(generation.putArray("eos_token_id")::add);
        Files.writeString(folder.resolve(CONFIG), config.toPrettyString());
        Files.writeString(folder.resolve(GENERATION_CONFIG), generation.toPrettyString());
    }

    private static void refuseUnsupported(JsonFile config, Architecture architecture) {
        for (String key : UNSUPPORTED_SWITCHES) {
            if (config.isTrue(key)) {
                throw config.unexpected(key, "false, as nothing else is supported");
            }
        }
        // Qwen2 always has these biases and ignores the key; elsewhere it adds one to the output projection as well.
        if (!architecture.qkvBias() && config.isTrue("attention_bias")) {
            throw config.unexpected("attention_bias", "false, as nothing else is supported");
        }
        if (config.has("quantization_config")) {
            throw config.unexpected("quantization_config", "unquantised weights");
        }
        if (!config.requireText("hidden_act").equals("silu")) {
            throw config.unexpected("hidden_act", "\"silu\"");
        }
        if (config.doubleOr("partial_rotary_factor", 1) != 1) {
            throw config.unexpected("partial_rotary_factor", "1");
        }
        if (config.texts("layer_types").stream().anyMatch(type -> !type.equals("full_attention"))) {
            throw config.unexpected("layer_types", "only \"full_attention\"");
        }
    }

    private static ModelShape shape(JsonFile config, Architecture architecture) {
        int hiddenSize = config.requireInt("hidden_size");
        int heads = config.requireInt("num_attention_heads");
        return new ModelShape(
                architecture,
                config.requireInt("vocab_size"),
                hiddenSize,
                config.requireInt("intermediate_size"),
                config.requireInt("num_hidden_layers"),
                heads,
                config.intOr("num_key_value_heads", heads),
                config.intOr("head_dim", hiddenSize / Math.max(1, heads)),
                config.requireDouble("rms_norm_eps"),
                rope(config),
                config.requireInt("max_position_embeddings"),
                config.isTrue("tie_word_embeddings"));
    }

    /** Reads {@code rope_theta} and {@code rope_scaling}, or {@code rope_parameters}, where newer files keep both. */
    private static Rope rope(JsonFile config) {
        Optional<JsonFile> parameters = config.object("rope_parameters");
        JsonFile theta = parameters.filter(p -> p.has("rope_theta")).orElse(config);
        return new Rope(
                theta.doubleOr("rope_theta", DEFAULT_ROPE_THETA),
                parameters.or(() -> config.object("rope_scaling")).flatMap(ModelConfig::llama3Scaling));
    }

    private static Optional<Rope.Llama3Scaling> llama3Scaling(JsonFile scaling) {
        String key = scaling.has("rope_type") ? "rope_type" : "type";
        String type = scaling.has(key) ? scaling.requireText(key) : "default";
        if (type.equals("default")) {
            return Optional.empty();
        }
        if (!type.equals("llama3")) {
            throw scaling.unexpected(key, "\"llama3\" or \"default\"");
        }
        return Optional.of(new Rope.Llama3Scaling(
                scaling.requireDouble("factor"),
                scaling.requireDouble("low_freq_factor"),
                scaling.requireDouble("high_freq_factor"),
                scaling.requireInt("original_max_position_embeddings")));
    }
}
