package io.speckv.engine.checkpoint;

/**
 * The families of models the decoder can run. They share one graph and differ only in the parts named here, so a new one
 * is a constant with its flags.
 */
public enum Architecture {
    /** Llama 2 and 3: no biases, no query and key norms. */
    LLAMA("llama", "LlamaForCausalLM", false, false),
    /** Qwen2 and Qwen2.5: biases on queries, keys and values. */
    QWEN2("qwen2", "Qwen2ForCausalLM", true, false),
    /** Qwen3: RMS norms on each head's queries and keys, and a head size of its own. */
    QWEN3("qwen3", "Qwen3ForCausalLM", false, true);

    private final String modelType;
    private final String className;
    private final boolean qkvBias;
    private final boolean qkNorm;

    Architecture(String modelType, String className, boolean qkvBias, boolean qkNorm) {
        this.modelType = modelType;
        this.className = className;
        this.qkvBias = qkvBias;
        this.qkNorm = qkNorm;
    }

    /** Returns the {@code model_type} of its configs. */
    public String modelType() {
        return modelType;
    }

    /** Returns the entry of {@code architectures} of its configs. */
    public String className() {
        return className;
    }

    /** Returns whether the projections to queries, keys and values have biases. */
    public boolean qkvBias() {
        return qkvBias;
    }

    /** Returns whether each head's queries and keys are RMS-normalised before the rotation. */
    public boolean qkNorm() {
        return qkNorm;
    }
}
