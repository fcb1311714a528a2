package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                .isEqualTo(new ModelShape(
                        Architecture.LLAMA,
                        264,
                        64,
                        160,
                        3,
                        4,
                        2,
                        16,
                        1e-5,
                        new Rope(500_000, Optional.of(new Rope.Llama3Scaling(8, 1, 4, 64))),
                        8192,
                        false));
        assertThat(ModelConfig.read(temp).shape().group()).isEqualTo(2);
    }

    @Test
    void takesArchitectureFlagsFromTheModelType() {
        ModelShape qwen2 = ModelConfig.read(ModelFolder.golden("qwen2-draft")).shape();
        ModelShape qwen3 = ModelConfig.read(ModelFolder.golden("qwen3-target")).shape();
        assertThat(qwen2.architecture().qkvBias()).isTrue();
        assertThat(qwen2.architecture().qkNorm()).isFalse();
        assertThat(qwen2.tiedEmbeddings()).isTrue();
        assertThat(qwen3.architecture().qkvBias()).isFalse();
        assertThat(qwen3.architecture().qkNorm()).isTrue();
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
        assertThat(ModelConfig.read(temp).shape().rope().llama3()).isEmpty();
        folder.editConfig(config -> config.putObject("rope_scaling").put("type", "default"));
        assertThat(ModelConfig.read(temp).shape().rope().llama3()).isEmpty();
        folder.editConfig(config -> config.remove("rope_scaling"));
        assertThat(ModelConfig.read(temp).shape().rope()).isEqualTo(new Rope(500_000, Optional.empty()));
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
            model_type               | "mistral"        | one of llama, qwen2, qwen3
            model_type               |                  | a string, found nothing
            hidden_size              | "64"             | an integer
            hidden_size              | 1e99             | an integer
            vocab_size               | 99999999999      | an integer below 2^31
            num_hidden_layers        | 0                | num_hidden_layers must be positive
            num_key_value_heads      | 3                | multiple of num_key_value_heads
            num_attention_heads      | 0                | num_attention_heads must be positive
            head_dim                 | 15               | head_dim must be even
            rms_norm_eps             | -1               | rms_norm_eps must be positive
            rope_theta               | 0                | rope_theta must be positive
            rope_scaling             | {"type": "yarn"} | "llama3" or "default", found "yarn"
            rope_scaling             | {"rope_type": "llama3"} | key rope_scaling.factor
            rope_scaling             | {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 1, "original_max_position_embeddings": 64} | low_freq_factor < high_freq_factor
            hidden_act               | "gelu"           | "silu"
            attention_bias           | true             | attention_bias
            mlp_bias                 | true             | mlp_bias
            mlp_bias                 | "yes"            | true or false
            use_sliding_window       | true             | use_sliding_window
            layer_types              | ["sliding_attention"] | full_attention
            quantization_config      | {"bits": 4}      | unquantised weights
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
