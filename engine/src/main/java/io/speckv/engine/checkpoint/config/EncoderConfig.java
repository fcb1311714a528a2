package io.speckv.engine.checkpoint.config;

import io.speckv.engine.CheckpointException;
import java.nio.file.Path;
import java.util.List;

/**
 * The {@code config.json} of a token classifier's folder.
 *
 * <p>A setting that would change what the model computes and is not supported is an error, never ignored.
 */
public final class EncoderConfig {
    private EncoderConfig() {}

    /**
     * Returns what the folder's configuration says about the model.
     *
     * @throws CheckpointException if a key is missing, malformed, contradictory or asks for something unsupported
     */
    public static EncoderShape read(Path folder) {
        JsonFile config = JsonFile.read(folder.resolve(ModelConfig.CONFIG));
        EncoderArchitecture architecture =
                config.requireOneOf("model_type", EncoderArchitecture.values(), EncoderArchitecture::modelType);
        refuseUnsupported(config, architecture);
        try {
            return new EncoderShape(
                    architecture,
                    config.requireInt("vocab_size"),
                    config.requireInt("hidden_size"),
                    config.requireInt("intermediate_size"),
                    config.requireLayers(),
                    config.requireInt("num_attention_heads"),
                    config.requireInt("max_position_embeddings"),
                    architecture.firstPosition(config.requireInt("pad_token_id")),
                    config.requireInt("type_vocab_size"),
                    config.requireDouble("layer_norm_eps"));
        } catch (IllegalArgumentException e) {
            throw CheckpointException.ofFile(
                    config.file(), "a consistent model shape", String.valueOf(e.getMessage()), e);
        }
    }

    private static void refuseUnsupported(JsonFile config, EncoderArchitecture architecture) {
        List<String> classes = config.texts("architectures");
        if (!classes.isEmpty() && !classes.contains(architecture.className())) {
            throw config.unexpected("architectures", architecture.className());
        }
        if (config.has("quantization_config")) {
            throw config.unexpected("quantization_config", "unquantised weights");
        }
        if (!config.requireText("hidden_act").equals("gelu")) {
            throw config.unexpected("hidden_act", "\"gelu\"");
        }
        if (config.has("position_embedding_type")
                && !config.requireText("position_embedding_type").equals("absolute")) {
            throw config.unexpected("position_embedding_type", "\"absolute\"");
        }
        if (config.isTrue("is_decoder")) {
            throw config.unexpected("is_decoder", "false, as every token sees every other");
        }
    }
}
