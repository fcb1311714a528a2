package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenFamily;
import io.speckv.engine.checkpoint.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModelConfigTest {
    @TempDir
    Path temp;

    private ModelFolder folder;

    @BeforeEach
    void copyAModel() {
        folder = ModelFolder.copyOf("llama-scaled-rope-target", temp);
    }

    @Test
    void readsEveryFieldOfTheShape() {
        assertThat(ModelConfig.read(temp).shape())
                .isEqualTo(ModelShape.uniform(
                        Architecture.LLAMA,
                        264,
                        64,
                        160,
                        3,
                        4,
                        2,
                        16,
                        1e-5,
                        new Rope(500_000, 1, new RopeScaling.Llama3(8, 1, 4, 64)),
                        8192,
                        false));
        assertThat(ModelConfig.read(temp).shape().group()).isEqualTo(2);
    }

    @Test
    void takesArchitectureFlagsFromTheModelType() {
        ModelShape qwen2 = ModelConfig.read(ModelFolder.golden("qwen2-draft")).shape();
        ModelShape qwen3 = ModelConfig.read(ModelFolder.golden("qwen3-target")).shape();
        assertThat(qwen2.biases()).isEqualTo(Biases.OF_QUERIES);
        assertThat(qwen2.architecture().has(Architecture.Part.QK_NORM)).isFalse();
        assertThat(qwen2.tiedEmbeddings()).isTrue();
        assertThat(qwen3.biases()).isEqualTo(Biases.NONE);
        assertThat(qwen3.architecture().has(Architecture.Part.QK_NORM)).isTrue();
        assertThat(qwen3.headDim()).isEqualTo(32);
    }

    @Test
    void derivesHeadSizeAndKvHeadsWhenTheyAreAbsentOrNull() throws IOException {
        folder.editConfig(config -> {
            config.remove("head_dim");
            config.putNull("num_key_value_heads");
        });
        assertThat(ModelConfig.read(temp).shape().headDim()).isEqualTo(16);
        assertThat(ModelConfig.read(temp).shape().kvHeads()).isEqualTo(4);
    }

    @Test
    void plainRotaryEmbeddingsNeedNoScaling() throws IOException {
        folder.editConfig(config -> config.putNull("rope_scaling"));
        assertThat(ModelConfig.read(temp).shape().rope().scaling()).isEqualTo(RopeScaling.none());
        folder.editConfig(config -> config.putObject("rope_scaling").put("type", "default"));
        assertThat(ModelConfig.read(temp).shape().rope().scaling()).isEqualTo(RopeScaling.none());
        folder.editConfig(config -> config.remove("rope_scaling"));
        assertThat(ModelConfig.read(temp).shape().rope()).isEqualTo(Rope.plain(500_000));
    }

    @Test
    void readsRopeParametersOfNewerFiles() throws IOException {
        Rope before = ModelConfig.read(temp).shape().rope();
        folder.editConfig(config -> {
            ObjectNode parameters = (ObjectNode) config.remove("rope_scaling");
            parameters.set("rope_theta", config.remove("rope_theta"));
            config.set("rope_parameters", parameters);
        });
        assertThat(ModelConfig.read(temp).shape().rope()).isEqualTo(before);
    }

    @Test
    void readsOneOrSeveralEndTokens() throws IOException {
        folder.editGeneration(config -> config.putArray("eos_token_id").add(5).add(7));
        assertThat(ModelConfig.read(temp).endTokens()).containsExactlyInAnyOrder(5, 7);
    }

    @Test
    void fallsBackToTheEndTokenOfTheConfig() throws IOException {
        folder.editConfig(config -> config.put("eos_token_id", 9));
        assertThat(ModelConfig.read(temp).endTokens()).containsExactly(257);
        folder.editGeneration(config -> config.remove("eos_token_id"));
        assertThat(ModelConfig.read(temp).endTokens()).containsExactly(9);
        Files.delete(temp.resolve(ModelConfig.GENERATION_CONFIG));
        assertThat(ModelConfig.read(temp).endTokens()).containsExactly(9);
        folder.editConfig(config -> config.remove("eos_token_id"));
        assertThat(ModelConfig.read(temp).endTokens()).isEmpty();
    }

    @Test
    void refusesAnEndTokenOutsideTheVocabulary() throws IOException {
        folder.editGeneration(config -> config.put("eos_token_id", 264));
        assertThatThrownBy(() -> ModelConfig.read(temp))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll("generation_config.json", "eos_token_id", "264");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            model_type               | "gpt_oss"        | one of llama, mistral, qwen2, qwen3, qwen3_moe, gemma3_text, phi3, smollm3
            model_type               |                  | a string, found nothing
            hidden_size              | "64"             | an integer
            hidden_size              | 1e99             | an integer
            vocab_size               | 99999999999      | an integer below 2^31
            num_hidden_layers        | 0                | num_hidden_layers: expected 1 to 2048, found 0
            num_hidden_layers        | 2147483647       | num_hidden_layers: expected 1 to 2048, found 2147483647
            num_key_value_heads      | 3                | multiple of num_key_value_heads
            num_attention_heads      | 0                | num_attention_heads must be positive
            head_dim                 | 15               | head_dim must be even
            rms_norm_eps             | -1               | rms_norm_eps must be positive
            rope_theta               | 0                | rope_theta must be positive
            rope_scaling             | {"type": "mrope"} | "yarn", "longrope", "llama3", as nothing else is supported, found "mrope"
            rope_scaling             | {"type": "yarn", "factor": 0.5} | factor must be at least 1
            rope_scaling             | {"type": "linear"} | key rope_scaling.factor
            rope_scaling             | {"type": "dynamic", "factor": "2"} | a number
            rope_scaling             | {"type": "longrope", "short_factor": [1], "long_factor": [1]} | short_factor must be 8 positive numbers
            rope_parameters          | {"rope_type": "linear", "factor": 2} | the same scaling as in rope_scaling
            rope_scaling             | {"rope_type": "llama3"} | key rope_scaling.factor
            rope_scaling             | {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 1, "original_max_position_embeddings": 64} | low_freq_factor < high_freq_factor
            hidden_act               | "relu"           | "silu"
            attention_bias           | 1                | attention_bias: expected true or false
            mlp_bias                 | "yes"            | true or false
            use_sliding_window       | true             | use_sliding_window
            layer_types              | ["full_attention"] | a type for each of the 3 layers
            layer_types              | ["chunked_attention", "full_attention", "full_attention"] | only "full_attention"
            attn_logit_softcapping   | 30               | attn_logit_softcapping
            final_logit_softcapping  | 30               | final_logit_softcapping
            residual_multiplier      | 0.2              | residual_multiplier
            num_experts              | 8                | mixtures of experts
            use_bidirectional_attention | true          | use_bidirectional_attention
            partial_rotary_factor    | 0.5              | partial_rotary_factor
            """)
    void refusesWhatItCannotRunExactly(String key, @Nullable String value, String message) throws IOException {
        var json = JsonMapper.builder().build();
        var node = value == null ? null : json.readTree(value);
        folder.editConfig(config -> {
            config.remove(key);
            if (node != null) {
                config.set(key, node);
            }
        });
        assertThatThrownBy(() -> ModelConfig.read(temp))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(folder.config().toString(), message);
    }

    /** What transformers 5 writes of the same model. */
    @ParameterizedTest
    @MethodSource("io.speckv.engine.GoldenFamily#all")
    void bothSpellingsOfAFamilyAreTheSameModel(GoldenFamily family) throws IOException {
        ModelShape before = ModelConfig.read(family.folder()).shape();
        Files.copy(family.folder().resolve("config-5.json"), folder.config(), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(temp.resolve(ModelConfig.GENERATION_CONFIG));
        Files.delete(temp.resolve("tokenizer.json"));
        assertThat(ModelConfig.read(temp).shape()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("io.speckv.engine.GoldenFamily#all")
    void whatIsWrittenOfAFamilyIsReadAgain(GoldenFamily family) throws IOException {
        ModelConfig before = ModelConfig.read(family.folder());
        Files.delete(temp.resolve("tokenizer.json"));
        before.write(temp);
        assertThat(ModelConfig.read(temp)).isEqualTo(before);
    }

    /** One key of each family, changed to something that would change the result. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mistral      | mlp_bias                 | true | mlp_bias: expected false, as layers of this family have no such biases
            mistral      | attention_bias           | true | attention_bias: expected false, as layers of this family have no such biases
            mistral      | sliding_window           | 0    | sliding_window: expected a positive number of tokens
            mistral      | partial_rotary_factor    | 0.5  | partial_rotary_factor: expected 1
            qwen2-window | use_sliding_window       | false | layer_types: expected only "full_attention", as use_sliding_window is not true
            qwen3-yarn   | mlp_bias                 | true | mlp_bias: expected false
            qwen2-yarn   | mlp_bias                 | true | mlp_bias: expected false
            gemma3       | attn_logit_softcapping   | 50.0 | attn_logit_softcapping: expected null
            gemma3       | use_bidirectional_attention | true | use_bidirectional_attention: expected false
            gemma3       | hidden_activation        | "gelu" | hidden_activation: expected "silu", "swish" or "gelu_pytorch_tanh"
            phi3-long    | partial_rotary_factor    | 0.3  | short_factor must be 1 positive numbers
            phi3-long    | attention_bias           | true | attention_bias: expected false
            qwen3-moe    | num_experts_per_tok      | 9    | num_experts_per_tok must be from 1 to num_experts
            qwen3-moe    | decoder_sparse_step      | 0    | decoder_sparse_step: expected a positive number of layers
            qwen3-moe    | num_experts              | 0    | num_experts must be positive, as some layers are sparse
            smollm3      | no_rope_layers           | [1]  | a number for each of the 5 layers
            """)
    void refusesByNameWhatAFamilyDoesNotFollow(String name, String key, String value, String message)
            throws IOException {
        Files.copy(
                GoldenFamily.named(name).folder().resolve("config.json"),
                folder.config(),
                StandardCopyOption.REPLACE_EXISTING);
        var node = JsonMapper.builder().build().readTree(value);
        folder.editConfig(config -> config.set(key, node));
        assertThatThrownBy(() -> ModelConfig.read(temp))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(folder.config().toString(), message);
    }

    @Test
    void whatAFamilyLeavesUnsaidIsWhatTransformersTakesForIt() throws IOException {
        folder.editConfig(config -> config.put("model_type", "qwen3").remove("head_dim"));
        assertThat(ModelConfig.read(temp).shape().headDim()).isEqualTo(128);
        folder.editConfig(config -> config.put("model_type", "gemma3_text")
                .remove(List.of("hidden_act", "tie_word_embeddings", "rope_theta", "rope_scaling")));
        folder.editConfig(config -> config.put("sliding_window", 512));
        ModelShape gemma = ModelConfig.read(temp).shape();
        assertThat(gemma.headDim()).isEqualTo(256);
        assertThat(gemma.tiedEmbeddings()).isTrue();
        assertThat(gemma.activation()).isEqualTo(Activation.GELU_TANH);
        assertThat(gemma.layer(0)).isEqualTo(new LayerShape(512, Rope.plain(10_000)));
    }

    @Test
    void swishIsAnotherNameOfSilu() throws IOException {
        folder.editConfig(config -> config.put("hidden_act", "swish"));
        assertThat(ModelConfig.read(temp).shape().activation()).isEqualTo(Activation.SILU);
    }

    /** Qwen2.5's model cards ask for YaRN beside the unstretched number of positions. */
    @Test
    void aStretchedModelHasThePositionsThatItIsStretchedTo() throws IOException {
        folder.editConfig(config -> config.put("max_position_embeddings", 32_768)
                .putObject("rope_scaling")
                .put("type", "yarn")
                .put("factor", 4.0)
                .put("original_max_position_embeddings", 32_768));
        assertThat(ModelConfig.read(temp).shape().maxPositions()).isEqualTo(131_072);
    }

    @Test
    void windowsThatAreSwitchedOnButOnNoLayerHideNothing() throws IOException {
        folder.editConfig(config -> config.put("model_type", "qwen2")
                .put("use_sliding_window", true)
                .put("sliding_window", 16)
                .put("max_window_layers", 3));
        assertThat(ModelConfig.read(temp).shape().layerShapes())
                .allMatch(layer -> layer.window() == LayerShape.NO_WINDOW);
    }

    @Test
    void aWindowAsWideAsAllPositionsHidesNothing() throws IOException {
        folder.editConfig(config -> config.put("model_type", "mistral").put("sliding_window", 8192));
        assertThat(ModelConfig.read(temp).shape().layer(0).window()).isEqualTo(LayerShape.NO_WINDOW);
    }

    @Test
    void theEndTokenOfTheTokenizerEndsATextToo() throws Exception {
        Path fault = Path.of(
                Objects.requireNonNull(ModelConfigTest.class.getResource("/io/speckv/engine/faults/eos-of-tokenizer"))
                        .toURI());
        assertThat(ModelConfig.read(fault).endTokens()).containsExactlyInAnyOrder(257, 260);
    }

    @Test
    void allowsASlidingWindowThatIsSwitchedOff() throws IOException {
        folder.editConfig(config -> config.put("sliding_window", 4096).put("use_sliding_window", false));
        assertThat(ModelConfig.read(temp).shape().layers()).isEqualTo(3);
    }

    @Test
    void refusesAKeyGivenTwice() throws IOException {
        String config = Files.readString(folder.config());
        Files.writeString(folder.config(), config.replaceFirst("\\{", "{\"hidden_size\": 32,"));
        assertThatThrownBy(() -> ModelConfig.read(temp))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll("without duplicate keys", "hidden_size");
    }

    @Test
    void refusesJsonFollowedByGarbage() throws IOException {
        Files.writeString(folder.config(), Files.readString(folder.config()) + "]");
        assertThatThrownBy(() -> ModelConfig.read(temp)).isInstanceOf(CheckpointException.class);
    }
}
