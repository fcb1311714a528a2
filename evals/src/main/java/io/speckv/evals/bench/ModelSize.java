package io.speckv.evals.bench;

import io.speckv.engine.checkpoint.Architecture;
import io.speckv.engine.checkpoint.ModelShape;
import io.speckv.engine.checkpoint.Rope;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Shapes of public models, to be filled with random weights where only speed is asked for. */
public enum ModelSize {
    QWEN2_5_0_5B("qwen2.5-0.5b", Architecture.QWEN2, 151_936, 896, 4864, 24, 14, 2, 64, 1e6),
    LLAMA_3_2_1B("llama-3.2-1b", Architecture.LLAMA, 128_256, 2048, 8192, 16, 32, 8, 64, 5e5),
    /** A draft: Llama-3.2-1B's layers, four of them. */
    LLAMA_3_2_1B_4_LAYERS("llama-3.2-1b-4l", Architecture.LLAMA, 128_256, 2048, 8192, 4, 32, 8, 64, 5e5),
    /** A draft of 60 million parameters for Qwen2.5's vocabulary. */
    QWEN2_5_60M("qwen2.5-60m", Architecture.QWEN2, 151_936, 320, 1280, 8, 5, 1, 64, 1e6),
    LLAMA_3_1_8B("llama-3.1-8b", Architecture.LLAMA, 128_256, 4096, 14_336, 32, 32, 8, 128, 5e5);

    private final String label;
    private final ModelShape shape;

    ModelSize(
            String label,
            Architecture architecture,
            int vocabSize,
            int hiddenSize,
            int intermediateSize,
            int layers,
            int heads,
            int kvHeads,
            int headDim,
            double theta) {
        this.label = label;
        this.shape = new ModelShape(
                architecture,
                vocabSize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                kvHeads,
                headDim,
                1e-6,
                new Rope(theta, Optional.empty()),
                131_072,
                true,
                architecture.qkvBias(),
                architecture.qkNorm());
    }

    /**
     * Returns the size of a name such as {@code qwen2.5-0.5b}.
     *
     * @throws IllegalArgumentException naming the known ones
     */
    public static ModelSize parse(String label) {
        for (ModelSize size : values()) {
            if (size.label.equals(label.toLowerCase(Locale.ROOT))) {
                return size;
            }
        }
        throw new IllegalArgumentException("shape is '" + label + "'; use one of "
                + Arrays.stream(values()).map(s -> s.label).toList());
    }

    public String label() {
        return label;
    }

    public ModelShape shape() {
        return shape;
    }

    /** Parameters of the matrices that every token goes through in a layer, over all layers. */
    public long layerParameters() {
        long attention = 2L * shape.heads() * shape.headDim() + 2L * shape.kvHeads() * shape.headDim();
        return shape.layers() * (attention + 3L * shape.intermediateSize()) * shape.hiddenSize();
    }

    /** Parameters of the matrix that turns a hidden state into logits. */
    public long headParameters() {
        return (long) shape.vocabSize() * shape.hiddenSize();
    }

    /** Floating-point operations of a prefill of {@code tokens}, causal attention counted once, with one row of logits. */
    public double prefillFlops(int tokens) {
        double attention = 2.0 * tokens * tokens * shape.heads() * shape.headDim() * shape.layers();
        return 2.0 * layerParameters() * tokens + attention + 2.0 * headParameters();
    }

    /** Bytes that decoding one token has to read: weights, and keys and values of {@code cached} tokens. */
    public double decodeBytes(int cached, int bytesPerWeight, int bytesPerKey) {
        double keys = 2.0 * cached * shape.kvHeads() * shape.headDim() * shape.layers();
        return (double) (layerParameters() + headParameters()) * bytesPerWeight + keys * bytesPerKey;
    }

    @Override
    public String toString() {
        return label;
    }
}
