package io.speckv.engine.checkpoint.config;

/**
 * The sizes and constants that, with the weights, define a token classifier.
 *
 * @param architecture family, which names the tensors
 * @param vocabSize rows of the word embedding
 * @param hiddenSize channels of the residual stream; a multiple of {@code heads}
 * @param intermediateSize channels inside the MLP
 * @param layers encoder layers
 * @param heads attention heads
 * @param positions rows of the position embedding
 * @param firstPosition row that the first token gets
 * @param types rows of the type embedding; every token gets the first
 * @param layerNormEps added to the variance before its root, positive
 */
public record EncoderShape(
        EncoderArchitecture architecture,
        int vocabSize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int positions,
        int firstPosition,
        int types,
        double layerNormEps) {

    public EncoderShape {
        requirePositive("vocab_size", vocabSize);
        requirePositive("hidden_size", hiddenSize);
        requirePositive("intermediate_size", intermediateSize);
        requirePositive("num_hidden_layers", layers);
        requirePositive("num_attention_heads", heads);
        requirePositive("type_vocab_size", types);
        if (hiddenSize % heads != 0) {
            throw new IllegalArgumentException(
                    "hidden_size must be a multiple of num_attention_heads, was " + hiddenSize + " and " + heads);
        }
        if (firstPosition < 0) {
            throw new IllegalArgumentException("the first position must not be negative, was " + firstPosition);
        }
        if (positions <= firstPosition) {
            throw new IllegalArgumentException(
                    "max_position_embeddings must be above the first position " + firstPosition + ", was " + positions);
        }
        if (!(layerNormEps > 0) || Double.isInfinite(layerNormEps)) {
            throw new IllegalArgumentException("layer_norm_eps must be positive and finite, was " + layerNormEps);
        }
    }

    /** Returns the longest sequence there are positions for. */
    public int maxTokens() {
        return positions - firstPosition;
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " must be positive, was " + value);
        }
    }
}
