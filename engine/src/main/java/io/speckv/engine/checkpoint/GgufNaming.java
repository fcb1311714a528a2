package io.speckv.engine.checkpoint;

import io.speckv.engine.checkpoint.config.Architecture;
import io.speckv.engine.checkpoint.config.Architecture.Part;
import java.util.Map;

/** Translates Hugging Face's names of tensors to GGUF's. Source: {@code tensor_mapping.py} of gguf-py. */
public final class GgufNaming {
    private static final String LAYERS = "model.layers.";

    private static final Map<String, String> MODEL = Map.of(
            "model.embed_tokens", "token_embd",
            "model.norm", "output_norm",
            "lm_head", "output");

    private static final Map<String, String> LAYER = Map.ofEntries(
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.qkv_proj", "attn_qkv"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.gate_up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    /** In a family with four norms, the names mean other norms than in a family with two. */
    private static final Map<String, String> FOUR_NORMS = Map.of(
            "post_attention_layernorm", "post_attention_norm",
            "pre_feedforward_layernorm", "ffn_norm",
            "post_feedforward_layernorm", "post_ffw_norm");

    private GgufNaming() {}

    /**
     * Returns GGUF's name of a tensor, such as {@code blk.0.attn_q.weight}.
     *
     * @throws IllegalArgumentException if the tensor has no such name
     */
    public static String of(String tensor, Architecture architecture) {
        int kindAt = tensor.lastIndexOf('.');
        String module = tensor.substring(0, kindAt);
        String kind = tensor.substring(kindAt);
        if (!module.startsWith(LAYERS)) {
            return require(MODEL, module) + kind;
        }
        int moduleAt = module.indexOf('.', LAYERS.length());
        String part = module.substring(moduleAt + 1);
        boolean ofFour = architecture.has(Part.POST_NORMS) && FOUR_NORMS.containsKey(part);
        String found = require(ofFour ? FOUR_NORMS : LAYER, part);
        return "blk." + module.substring(LAYERS.length(), moduleAt) + "." + found + kind;
    }

    private static String require(Map<String, String> names, String module) {
        String name = names.get(module);
        if (name == null) {
            throw new IllegalArgumentException("no GGUF name is known for " + module);
        }
        return name;
    }
}
