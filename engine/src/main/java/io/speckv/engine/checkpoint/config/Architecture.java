package io.speckv.engine.checkpoint.config;

import java.util.Set;

/**
 * The families of models the decoder can run. They share one graph. They differ in the parts named here and in each layer's
 * {@link LayerShape}, so a new family is a new constant.
 */
public enum Architecture {
    /** Llama 2 and 3. */
    LLAMA("llama", "LlamaForCausalLM", Unsaid.PLAIN, Part.ATTENTION_BIAS_ON_REQUEST, Part.MLP_BIAS_ON_REQUEST),
    /** Mistral: Llama's layers, in some versions all with a window. */
    MISTRAL("mistral", "MistralForCausalLM", Unsaid.PLAIN),
    /** Qwen2 and Qwen2.5: biases on queries, keys and values. */
    QWEN2("qwen2", "Qwen2ForCausalLM", Unsaid.PLAIN.withBiases(Biases.OF_QUERIES)),
    /** Qwen3: RMS norms on each head's queries and keys. */
    QWEN3("qwen3", "Qwen3ForCausalLM", Unsaid.PLAIN.withHeadDim(128), Part.QK_NORM, Part.ATTENTION_BIAS_ON_REQUEST),
    /** Qwen3 with mixtures of experts: Qwen3-30B-A3B and others. */
    QWEN3_MOE(
            "qwen3_moe",
            "Qwen3MoeForCausalLM",
            Unsaid.PLAIN,
            Part.QK_NORM,
            Part.ATTENTION_BIAS_ON_REQUEST,
            Part.EXPERTS),
    /**
     * Gemma 3, text only. Most layers see a window, with a rotation of their own. There are norms before and after each
     * block.
     */
    GEMMA3(
            "gemma3_text",
            "Gemma3ForCausalLM",
            new Unsaid(Activation.GELU_TANH, 1_000_000, 256, true, Biases.NONE),
            Part.ATTENTION_BIAS_ON_REQUEST,
            Part.QK_NORM,
            Part.POST_NORMS,
            Part.NORMS_AROUND_ONE,
            Part.SCALED_EMBEDDING),
    /** Phi-3, Phi-3.5 and Phi-4-mini: projections are stored as one. Phi-4-mini rotates only a part of each head. */
    PHI3("phi3", "Phi3ForCausalLM", Unsaid.PLAIN, Part.FUSED_PROJECTIONS),
    /** SmolLM3: every fourth layer rotates nothing. */
    SMOLLM3(
            "smollm3",
            "SmolLM3ForCausalLM",
            new Unsaid(Activation.SILU, 2_000_000, 0, true, Biases.NONE),
            Part.ATTENTION_BIAS_ON_REQUEST,
            Part.MLP_BIAS_ON_REQUEST);

    private final String modelType;
    private final String className;
    private final Activation activation;
    private final double ropeTheta;
    private final int headDim;
    private final boolean tiedEmbeddings;

    @SuppressWarnings("ImmutableEnumChecker") // A record of flags.
    private final Biases biases;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of makes immutable sets.
    private final Set<Part> parts;

    Architecture(String modelType, String className, Unsaid unsaid, Part... parts) {
        this.modelType = modelType;
        this.className = className;
        this.activation = unsaid.activation;
        this.ropeTheta = unsaid.ropeTheta;
        this.headDim = unsaid.headDim;
        this.tiedEmbeddings = unsaid.tiedEmbeddings;
        this.biases = unsaid.biases;
        this.parts = Set.of(parts);
    }

    /** What a layer has besides attention, a gated MLP and a norm before each. */
    public enum Part {
        /** Biases on attention's four projections if a config says {@code attention_bias}. */
        ATTENTION_BIAS_ON_REQUEST,
        /** Biases on the MLP's projections if a config says {@code mlp_bias}. */
        MLP_BIAS_ON_REQUEST,
        /** RMS norms of each head's queries and keys before the rotation. */
        QK_NORM,
        /** RMS norms of the outputs of attention and MLP, before they are added. */
        POST_NORMS,
        /** Weights of norms are stored minus one. */
        NORMS_AROUND_ONE,
        /** Embeddings are multiplied by the root of the hidden size. */
        SCALED_EMBEDDING,
        /** A mixture of experts instead of an MLP, on some layers or all. */
        EXPERTS,
        /** One stored matrix holds the rows of queries, keys and values; another holds those of both halves of the MLP. */
        FUSED_PROJECTIONS
    }

    /**
     * The values that the family's configs leave unsaid.
     *
     * @param activation of the MLP
     * @param ropeTheta base of the rotation
     * @param headDim channels of a head; 0 for the hidden size divided by the heads
     * @param tiedEmbeddings whether the output projection is the embedding
     * @param biases that its layers add
     */
    record Unsaid(Activation activation, double ropeTheta, int headDim, boolean tiedEmbeddings, Biases biases) {
        static final Unsaid PLAIN = new Unsaid(Activation.SILU, 10_000, 0, false, Biases.NONE);

        Unsaid withHeadDim(int channels) {
            return new Unsaid(activation, ropeTheta, channels, tiedEmbeddings, biases);
        }

        Unsaid withBiases(Biases added) {
            return new Unsaid(activation, ropeTheta, headDim, tiedEmbeddings, added);
        }
    }

    /** Returns the {@code model_type} of its configs. */
    public String modelType() {
        return modelType;
    }

    /** Returns the entry of {@code architectures} of its configs. */
    public String className() {
        return className;
    }

    /** Returns whether its layers have {@code part}. */
    public boolean has(Part part) {
        return parts.contains(part);
    }

    Unsaid unsaid() {
        return new Unsaid(activation, ropeTheta, headDim, tiedEmbeddings, biases);
    }
}
