package io.speckv.bench.gguf;

import java.util.Map;

/** GGUF's names of Hugging Face tensors. */
final class GgufNames {
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
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    private GgufNames() {}

    /**
     * Returns the name of a tensor, such as {@code blk.0.attn_q.weight}.
     *
     * @throws IllegalArgumentException if GGUF has none for it
     */
    static String of(String tensor) {
        int kindAt = tensor.lastIndexOf('.');
        String module = tensor.substring(0, kindAt);
        String kind = tensor.substring(kindAt);
        if (!module.startsWith(LAYERS)) {
            return require(MODEL, module) + kind;
        }
        int moduleAt = module.indexOf('.', LAYERS.length());
        String layer = module.substring(LAYERS.length(), moduleAt);
        return "blk." + layer + "." + require(LAYER, module.substring(moduleAt + 1)) + kind;
    }

    private static String require(Map<String, String> names, String module) {
        String name = names.get(module);
        if (name == null) {
            throw new IllegalArgumentException("no GGUF name is known for " + module);
        }
        return name;
    }
}
