package io.speckv.engine.checkpoint.config;

/**
 * The families of token classifiers the encoder can run. They share one graph and differ only in the parts named here, so a
 * new family is a new constant with its flags.
 */
public enum EncoderArchitecture {
    /** BERT: positions count from 0. */
    BERT("bert", "BertForTokenClassification", "bert.", false),
    /** XLM-RoBERTa: positions count from the padding token's id plus one, like RoBERTa's. */
    XLM_ROBERTA("xlm-roberta", "XLMRobertaForTokenClassification", "roberta.", true);

    private final String modelType;
    private final String className;
    private final String tensorPrefix;
    private final boolean positionsFollowPadding;

    EncoderArchitecture(String modelType, String className, String tensorPrefix, boolean positionsFollowPadding) {
        this.modelType = modelType;
        this.className = className;
        this.tensorPrefix = tensorPrefix;
        this.positionsFollowPadding = positionsFollowPadding;
    }

    /** Returns the {@code model_type} of its configs. */
    public String modelType() {
        return modelType;
    }

    /** Returns the entry of {@code architectures} of its configs. */
    public String className() {
        return className;
    }

    /** Returns the prefix of its tensors' names, except for those of the classifier's head. */
    public String tensorPrefix() {
        return tensorPrefix;
    }

    /** Returns the row of the position embedding that the first token gets. */
    public int firstPosition(int paddingToken) {
        return positionsFollowPadding ? paddingToken + 1 : 0;
    }
}
