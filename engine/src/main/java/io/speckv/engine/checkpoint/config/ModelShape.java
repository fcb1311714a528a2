package io.speckv.engine.checkpoint.config;

import java.util.Collections;
import java.util.List;

/**
 * The sizes and constants that, with the weights, define a model.
 *
 * @param architecture family, which determines the parts of a layer
 * @param vocabSize rows of the embedding
 * @param hiddenSize channels of the residual stream
 * @param intermediateSize channels inside the MLP
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headDim channels of a head, even
 * @param rmsNormEps added to the mean square before its root, positive
 * @param activation of the MLP's gate
 * @param attentionScale factor of the products of queries and keys; the root of {@code 1 / headDim} if the family's layers
 *     do not normalise their queries
 * @param biases which projections of its layers add a bias
 * @param experts the mixture of experts of sparse layers
 * @param layerShapes the properties of each decoder layer, first to last
 * @param maxPositions positions the model was made for
 * @param tiedEmbeddings whether the output projection is the embedding itself
 */
public record ModelShape(
        Architecture architecture,
        int vocabSize,
        int hiddenSize,
        int intermediateSize,
        int heads,
        int kvHeads,
        int headDim,
        double rmsNormEps,
        Activation activation,
        double attentionScale,
        Biases biases,
        Experts experts,
        List<LayerShape> layerShapes,
        int maxPositions,
        boolean tiedEmbeddings) {

    /** Ten times the layers of the deepest models. */
    static final int LAYERS_MOST = 2048;

    public ModelShape {
        layerShapes = List.copyOf(layerShapes);
        requirePositive("vocab_size", vocabSize);
        requirePositive("hidden_size", hiddenSize);
        requirePositive("intermediate_size", intermediateSize);
        requirePositive("num_hidden_layers", layerShapes.size());
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
        if (!(attentionScale > 0) || Double.isInfinite(attentionScale)) {
            throw new IllegalArgumentException("the scale of attention must be positive, was " + attentionScale);
        }
        if (attentionScale != usualScale(headDim) && !architecture.has(Architecture.Part.QK_NORM)) {
            throw new IllegalArgumentException(architecture + " knows no scale of attention but 1 / sqrt(head_dim)");
        }
        for (LayerShape layer : layerShapes) {
            if (layer.isSparse() && experts.count() == 0) {
                throw new IllegalArgumentException("num_experts must be positive, as some layers are sparse");
            }
            layer.rope().check(headDim);
        }
    }

    /** Returns the shape of a model whose layers are all alike, see all keys, and have the family's usual properties. */
    public static ModelShape uniform(
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
        return new ModelShape(
                architecture,
                vocabSize,
                hiddenSize,
                intermediateSize,
                heads,
                kvHeads,
                headDim,
                rmsNormEps,
                architecture.unsaid().activation(),
                usualScale(headDim),
                architecture.unsaid().biases(),
                Experts.NONE,
                Collections.nCopies(layers, new LayerShape(LayerShape.NO_WINDOW, rope)),
                maxPositions,
                tiedEmbeddings);
    }

    /**
     * Returns the shape of a model with some of these layers.
     *
     * @param kept numbers of the layers to keep, in their new order
     */
    public ModelShape ofLayers(List<Integer> kept) {
        return new ModelShape(
                architecture,
                vocabSize,
                hiddenSize,
                intermediateSize,
                heads,
                kvHeads,
                headDim,
                rmsNormEps,
                activation,
                attentionScale,
                biases,
                experts,
                kept.stream().map(layerShapes::get).toList(),
                maxPositions,
                tiedEmbeddings);
    }

    static double usualScale(int headDim) {
        return 1 / Math.sqrt(headDim);
    }

    /** Returns the number of decoder layers. */
    public int layers() {
        return layerShapes.size();
    }

    /** Returns the properties of one layer. */
    public LayerShape layer(int index) {
        return layerShapes.get(index);
    }

    /** Returns the rotation of the first layer, which in most families is the rotation of all. */
    public Rope rope() {
        return layerShapes.get(0).rope();
    }

    /** Returns whether every layer hides some keys of a sequence of {@code tokens}. */
    public boolean isLocalThroughoutIn(int tokens) {
        return layerShapes.stream().allMatch(layer -> layer.isLocalIn(tokens));
    }

    /** Returns the factor of embeddings. */
    public double embeddingScale() {
        return architecture.has(Architecture.Part.SCALED_EMBEDDING) ? Math.sqrt(hiddenSize) : 1;
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
