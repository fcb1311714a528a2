package io.speckv.engine.checkpoint.config;

import java.util.List;

/** Keys of a config that change what the model computes in a way that the decoder does not support. */
public final class UnsupportedKeys {
    /** Switches that add parts to the model that the decoder does not have. */
    private static final List<String> SWITCHES = List.of("use_bidirectional_attention", "use_qk_norm");

    /** Numbers that bound attention scores and logits. */
    private static final List<String> SOFT_CAPS = List.of("attn_logit_softcapping", "final_logit_softcapping");

    private static final List<String> MULTIPLIERS = List.of(
            "embedding_multiplier", "residual_multiplier", "logits_scaling", "logit_scale", "attention_multiplier");

    private static final List<String> EXPERTS = List.of("num_experts", "num_local_experts", "n_routed_experts");

    private static final String PARTIAL = "partial_rotary_factor";

    private static final List<String> ROTATIONS =
            List.of("rope_scaling", "rope_parameters", RopeReader.FULL, RopeReader.SLIDING);

    private UnsupportedKeys() {}

    static void refuse(JsonFile config, Architecture architecture) {
        for (String key : SWITCHES) {
            if (config.isTrue(key)) {
                throw config.unexpected(key, "false, as nothing else is supported");
            }
        }
        // Qwen2 always has some of these biases, and transformers ignores the key.
        boolean attention =
                architecture == Architecture.QWEN2 || architecture.has(Architecture.Part.ATTENTION_BIAS_ON_REQUEST);
        if (!attention && config.isTrue("attention_bias")) {
            throw config.unexpected("attention_bias", "false, as layers of this family have no such biases");
        }
        if (!architecture.has(Architecture.Part.MLP_BIAS_ON_REQUEST) && config.isTrue("mlp_bias")) {
            throw config.unexpected("mlp_bias", "false, as layers of this family have no such biases");
        }
        for (String key : SOFT_CAPS) {
            if (config.has(key)) {
                throw config.unexpected(key, "null, as attention and logits are not capped");
            }
        }
        for (String key : MULTIPLIERS) {
            if (config.doubleOr(key, 1) != 1) {
                throw config.unexpected(key, "1, as nothing else is supported");
            }
        }
        for (String key : architecture.has(Architecture.Part.EXPERTS) ? List.<String>of() : EXPERTS) {
            if (config.intOr(key, 0) > 0) {
                throw config.unexpected(key, "0, as layers of this family have no mixtures of experts");
            }
        }
        if (architecture != Architecture.PHI3) {
            refusePartial(config);
        }
    }

    /** The key may stand beside the others, or wherever a rotation is described. */
    private static void refusePartial(JsonFile place) {
        if (place.doubleOr(PARTIAL, 1) != 1) {
            throw place.unexpected(PARTIAL, "1");
        }
        for (String key : ROTATIONS) {
            place.object(key).ifPresent(UnsupportedKeys::refusePartial);
        }
    }
}
