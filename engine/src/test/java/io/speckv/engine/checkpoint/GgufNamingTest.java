package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.checkpoint.config.Architecture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufNamingTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LLAMA  | model.embed_tokens.weight                          | token_embd.weight
            LLAMA  | model.norm.weight                                  | output_norm.weight
            LLAMA  | lm_head.weight                                     | output.weight
            LLAMA  | model.layers.0.self_attn.q_proj.weight             | blk.0.attn_q.weight
            LLAMA  | model.layers.12.self_attn.k_proj.bias              | blk.12.attn_k.bias
            LLAMA  | model.layers.3.self_attn.o_proj.weight             | blk.3.attn_output.weight
            LLAMA  | model.layers.3.mlp.gate_proj.weight                | blk.3.ffn_gate.weight
            LLAMA  | model.layers.3.mlp.up_proj.weight                  | blk.3.ffn_up.weight
            LLAMA  | model.layers.3.mlp.down_proj.bias                  | blk.3.ffn_down.bias
            LLAMA  | model.layers.3.input_layernorm.weight              | blk.3.attn_norm.weight
            LLAMA  | model.layers.3.post_attention_layernorm.weight     | blk.3.ffn_norm.weight
            QWEN3  | model.layers.3.self_attn.q_norm.weight             | blk.3.attn_q_norm.weight
            QWEN3  | model.layers.3.self_attn.k_norm.weight             | blk.3.attn_k_norm.weight
            PHI3   | model.layers.3.self_attn.qkv_proj.weight           | blk.3.attn_qkv.weight
            PHI3   | model.layers.3.mlp.gate_up_proj.weight             | blk.3.ffn_up.weight
            GEMMA3 | model.layers.3.input_layernorm.weight              | blk.3.attn_norm.weight
            GEMMA3 | model.layers.3.post_attention_layernorm.weight     | blk.3.post_attention_norm.weight
            GEMMA3 | model.layers.3.pre_feedforward_layernorm.weight    | blk.3.ffn_norm.weight
            GEMMA3 | model.layers.3.post_feedforward_layernorm.weight   | blk.3.post_ffw_norm.weight
            """)
    void everyTensorHasItsName(Architecture architecture, String tensor, String name) {
        assertThat(GgufNaming.of(tensor, architecture)).isEqualTo(name);
    }

    /** Two norms of four are known by the names of a family with four alone; experts are stacked in these files. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LLAMA     | model.layers.0.pre_feedforward_layernorm.weight | pre_feedforward_layernorm
            QWEN3_MOE | model.layers.0.mlp.experts.0.up_proj.weight     | mlp.experts.0.up_proj
            QWEN3_MOE | model.layers.0.mlp.gate.weight                  | mlp.gate
            LLAMA     | model.vision.weight                             | model.vision
            """)
    void aTensorWithoutANameIsRefused(Architecture architecture, String tensor, String module) {
        assertThatThrownBy(() -> GgufNaming.of(tensor, architecture))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no GGUF name is known for " + module);
    }
}
