package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configs have single quotes. */
class UnsupportedKeysTest {
    private static void refuse(Architecture architecture, String config) {
        JsonFile file =
                JsonFile.parse(Path.of("config.json"), config.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        UnsupportedKeys.refuse(file, architecture);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            LLAMA   | {'use_bidirectional_attention': true} | use_bidirectional_attention: expected false, as nothing else is supported, found true
            LLAMA   | {'use_qk_norm': true}          | use_qk_norm: expected false
            MISTRAL | {'attention_bias': true}       | attention_bias: expected false, as layers of this family have no such biases
            PHI3    | {'attention_bias': true}       | attention_bias: expected false
            QWEN2   | {'mlp_bias': true}             | mlp_bias: expected false, as layers of this family have no such biases
            GEMMA3  | {'mlp_bias': true}             | mlp_bias: expected false
            GEMMA3  | {'attn_logit_softcapping': 50.0} | attn_logit_softcapping: expected null, as attention and logits are not capped, found 50.0
            GEMMA3  | {'final_logit_softcapping': 0} | final_logit_softcapping: expected null
            LLAMA   | {'embedding_multiplier': 12}   | embedding_multiplier: expected 1, as nothing else is supported, found 12
            LLAMA   | {'residual_multiplier': 0.22}  | residual_multiplier: expected 1
            LLAMA   | {'logits_scaling': 16}         | logits_scaling: expected 1
            LLAMA   | {'logit_scale': 0.0625}        | logit_scale: expected 1
            LLAMA   | {'attention_multiplier': 0.5}  | attention_multiplier: expected 1
            LLAMA   | {'num_experts': 8}             | num_experts: expected 0, as layers of this family have no mixtures of experts, found 8
            MISTRAL | {'num_local_experts': 8}       | num_local_experts: expected 0
            QWEN3   | {'n_routed_experts': 8}        | n_routed_experts: expected 0
            QWEN3   | {'partial_rotary_factor': 0.5} | partial_rotary_factor: expected 1, found 0.5
            """)
    void whatWouldChangeTheResultIsNamed(Architecture architecture, String config, String message) {
        assertThatThrownBy(() -> refuse(architecture, config))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("config.json: key " + message);
    }

    /** transformers 5 keeps the share of rotated channels among the rotation's parameters. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'rope_parameters': {'partial_rotary_factor': 0.5}}                     | rope_parameters.partial_rotary_factor
            {'rope_scaling': {'partial_rotary_factor': 0.5}}                        | rope_scaling.partial_rotary_factor
            {'rope_parameters': {'full_attention': {'partial_rotary_factor': 0.5}}} | rope_parameters.full_attention.partial_rotary_factor
            {'rope_parameters': {'sliding_attention': {'partial_rotary_factor': 0.5}}} | rope_parameters.sliding_attention.partial_rotary_factor
            """)
    void aShareOfChannelsIsRefusedWhereverItStands(String config, String key) {
        assertThatThrownBy(() -> refuse(Architecture.LLAMA, config))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("config.json: key " + key + ": expected 1, found 0.5");
        assertThatCode(() -> refuse(Architecture.PHI3, config)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            LLAMA     | {}
            LLAMA     | {'attention_bias': true, 'mlp_bias': true}
            QWEN2     | {'attention_bias': true}
            QWEN3     | {'attention_bias': true}
            SMOLLM3   | {'attention_bias': true, 'mlp_bias': true}
            MISTRAL   | {'attention_bias': false, 'mlp_bias': null, 'use_qk_norm': false}
            GEMMA3    | {'attn_logit_softcapping': null, 'final_logit_softcapping': null}
            LLAMA     | {'residual_multiplier': 1.0, 'logit_scale': 1, 'num_experts': 0, 'num_local_experts': null}
            QWEN3_MOE | {'num_experts': 128}
            QWEN3_MOE | {'num_local_experts': 128}
            PHI3      | {'partial_rotary_factor': 0.75}
            LLAMA     | {'partial_rotary_factor': 1.0, 'rope_parameters': {'rope_theta': 10000.0}, 'rope_scaling': null}
            """)
    void whatChangesNothingOrIsFollowedMayBeThere(Architecture architecture, String config) {
        assertThatCode(() -> refuse(architecture, config)).doesNotThrowAnyException();
    }
}
