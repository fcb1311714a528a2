package io.speckv.engine.checkpoint;

import java.util.Arrays;

/**
 * The sizes and constants that, with the weights, define a model.
 *
 * @param architecture family, which says what parts a layer has
 * @param vocabSize rows of the embedding
 * @param hiddenSize channels of the residual stream
 * @param intermediateSize channels inside the MLP
 * @param layers decoder layers
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headDim channels of a head, even
 * @param rmsNormEps added to the mean square before its root, positive
 * @param rope rotary position embedding
 * @param maxPositions positions the model was made for
 * @param tiedEmbeddings whether the output projection is the embedding itself
 */
public record ModelShape(
        Architecture architecture,
        int vocabSize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        double rmsNormEps,
        Rope rope,
        int maxPositions,
        boolean tiedEmbeddings) {

    public ModelShape {
        requirePositive("vocab_size", vocabSize);
        requirePositive("hidden_size", hiddenSize);
        requirePositive("intermediate_size", intermediateSize);
        requirePositive("num_hidden_layers", layers);
        requirePositive("num_attention_heads", heads);
        requirePositive("num_key_value_heads", kvHeads);
        requirePositive("head_dim", headDim);
        requirePositive("max_position_embeddings", maxPositions);
        if (heads % kvHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads must be a multiple of num_key_value_heads, was " + heads + " and " + kvHeads);
        }
        if (headDim % 2 != 0) {
            throw new IllegalArgumentException("head_dim must be even, was " + headDim);
        }
        if (!(rmsNormEps > 0) || Double.isInfinite(rmsNormEps)) {
            throw new IllegalArgumentException("rms_norm_eps must be positive and finite, was " + rmsNormEps);
        }
    }

    /** Returns how many numbers all weights have together. */
    public long parameters() {
        return WeightLayout.of(this).values().stream()
                .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
                .sum();
    }

    /** Returns how many query heads share one KV head. */
    public int group() {
        return heads / kvHeads;
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " must be positive, was " + value);
        }
    }
}
