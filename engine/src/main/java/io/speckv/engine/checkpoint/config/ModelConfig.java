package io.speckv.engine.checkpoint.config;

import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The {@code config.json} and {@code generation_config.json} of a checkpoint folder.
 *
 * <p>A setting that would change what the model computes and is not supported is an error, never ignored.
 *
 * @param shape the model's shape, from {@code config.json}
 * @param endTokens ids that end a text: those of {@code generation_config.json}, else of {@code config.json}, and the
 *     tokenizer's own; empty if none names one
 */
public record ModelConfig(ModelShape shape, Set<Integer> endTokens) {
    public static final String CONFIG = "config.json";
    public static final String GENERATION_CONFIG = "generation_config.json";

    public ModelConfig {
        endTokens = Set.copyOf(endTokens);
    }

    /**
     * Returns the configuration in the folder's files.
     *
     * @throws CheckpointException if a file or a key is missing, malformed, contradictory or asks for something unsupported
     */
    public static ModelConfig read(Path folder) {
        JsonFile whole = JsonFile.read(folder.resolve(CONFIG));
        JsonFile config = LanguagePart.config(whole);
        ModelShape shape = shape(config);
        return new ModelConfig(shape, EndTokens.read(folder, whole, config, shape.vocabSize()));
    }

    /** Returns the shape that the config of a model of text describes. */
    static ModelShape shape(JsonFile config) {
        Architecture architecture = config.requireOneOf("model_type", Architecture.values(), Architecture::modelType);
        UnsupportedKeys.refuse(config, architecture);
        try {
            return shape(config, architecture);
        } catch (IllegalArgumentException e) {
            throw CheckpointException.ofFile(
                    config.file(), "a consistent model shape", String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Writes {@code config.json} and {@code generation_config.json} so that {@link #read} returns an equal value.
     *
     * @throws CheckpointException if no config of the family says this, as of a GGUF file with biases that only such files
     *     can have; it names the file that would be written, and what would be read otherwise. Nothing is written
     */
    public void write(Path folder) throws IOException {
        ConfigWriter.write(this, folder);
    }

    private static ModelShape shape(JsonFile config, Architecture architecture) {
        Architecture.Unsaid unsaid = architecture.unsaid();
        int hiddenSize = config.requireInt("hidden_size");
        int heads = config.requireInt("num_attention_heads");
        int headDim =
                config.intOr("head_dim", unsaid.headDim() > 0 ? unsaid.headDim() : hiddenSize / Math.max(1, heads));
        int maxPositions = config.requireInt("max_position_embeddings");
        RopeReader ropes = new RopeReader(config, maxPositions, unsaid.ropeTheta());
        int positions = ropes.of(RopeReader.FULL).scaling().positions(maxPositions);
        List<LayerShape> layers = new LayerReader(config, config.requireLayers(), positions, ropes).read(architecture);
        return new ModelShape(
                architecture,
                config.requireInt("vocab_size"),
                hiddenSize,
                config.requireInt("intermediate_size"),
                heads,
                config.intOr("num_key_value_heads", heads),
                headDim,
                config.requireDouble("rms_norm_eps"),
                activation(config, architecture),
                attentionScale(config, architecture, headDim),
                biases(config, architecture),
                architecture.has(Architecture.Part.EXPERTS) ? LayerReader.experts(config) : Experts.NONE,
                layers,
                positions,
                config.flagOr("tie_word_embeddings", unsaid.tiedEmbeddings()));
    }

    private static Activation activation(JsonFile config, Architecture architecture) {
        String key = architecture == Architecture.GEMMA3 ? "hidden_activation" : "hidden_act";
        if (!config.has(key)) {
            return architecture.unsaid().activation();
        }
        return Activation.named(config.requireText(key))
                .orElseThrow(() -> config.unexpected(key, "\"silu\", \"swish\" or \"gelu_pytorch_tanh\""));
    }

    private static Biases biases(JsonFile config, Architecture architecture) {
        Biases unsaid = architecture.unsaid().biases();
        boolean attention =
                architecture.has(Architecture.Part.ATTENTION_BIAS_ON_REQUEST) && config.isTrue("attention_bias");
        boolean mlp = architecture.has(Architecture.Part.MLP_BIAS_ON_REQUEST) && config.isTrue("mlp_bias");
        return new Biases(unsaid.queries() || attention, unsaid.output() || attention, unsaid.mlp() || mlp);
    }

    private static double attentionScale(JsonFile config, Architecture architecture, int headDim) {
        double divisor = architecture == Architecture.GEMMA3 ? config.doubleOr("query_pre_attn_scalar", 256) : headDim;
        return 1 / Math.sqrt(divisor);
    }
}
