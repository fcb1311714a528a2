package io.speckv.bench;

import io.speckv.engine.checkpoint.Architecture;
import io.speckv.engine.checkpoint.ModelShape;
import io.speckv.engine.checkpoint.Rope;
import java.util.List;

/**
 * The shape of a public model, to be filled with random weights where only speed is asked for.
 *
 * @param label as it is given on the command line
 */
public record ModelSize(String label, ModelShape shape) {
    private static final int MAX_POSITIONS = 131_072;

    private static final List<ModelSize> KNOWN = List.of(
            of("tiny", Architecture.LLAMA, 1024, 128, 256, 2, 4, 2, 32, 5e5),
            of("two-layers", Architecture.LLAMA, 1024, 1024, 4096, 2, 16, 4, 64, 5e5),
            qwen("qwen2.5-0.5b", 896, 4864, 24, 14, 2),
            qwen("qwen2.5-60m", 320, 1280, 8, 5, 1),
            llama("llama-3.2-1b", 2048, 8192, 16, 64),
            llama("llama-3.2-1b-4l", 2048, 8192, 4, 64),
            llama("llama-3.1-8b", 4096, 14_336, 32, 128),
            of("llama-3.1-70b", Architecture.LLAMA, 128_256, 8192, 28_672, 80, 64, 8, 128, 5e5));

    private static ModelSize qwen(String label, int hidden, int intermediate, int layers, int heads, int kvHeads) {
        return of(label, Architecture.QWEN2, 151_936, hidden, intermediate, layers, heads, kvHeads, 64, 1e6);
    }

    private static ModelSize llama(String label, int hidden, int intermediate, int layers, int headDim) {
        return of(label, Architecture.LLAMA, 128_256, hidden, intermediate, layers, 32, 8, headDim, 5e5);
    }

    private static ModelSize of(
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
        return new ModelSize(
                label,
                ModelShape.uniform(
                        architecture,
                        vocabSize,
                        hiddenSize,
                        intermediateSize,
                        layers,
                        heads,
                        kvHeads,
                        headDim,
                        1e-6,
                        Rope.plain(theta),
                        MAX_POSITIONS,
                        true));
    }

    /**
     * Returns the size of a name such as {@code qwen2.5-0.5b}.
     *
     * @throws IllegalArgumentException naming the known ones
     */
    public static ModelSize parse(String label) {
        return KNOWN.stream()
                .filter(size -> size.label.equalsIgnoreCase(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("shape is '" + label + "'; use one of "
                        + KNOWN.stream().map(ModelSize::label).toList()));
    }

    /** Returns this size with the vocabulary of another: a draft shares its target's. */
    public ModelSize sharingVocabularyOf(ModelSize other) {
        int vocabSize = other.shape.vocabSize();
        return vocabSize == shape.vocabSize()
                ? this
                : of(
                        label + "-" + vocabSize,
                        shape.architecture(),
                        vocabSize,
                        shape.hiddenSize(),
                        shape.intermediateSize(),
                        shape.layers(),
                        shape.heads(),
                        shape.kvHeads(),
                        shape.headDim(),
                        shape.rope().theta());
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

    /** Returns the bytes that decoding one token has to read: weights, and keys and values of {@code cached} tokens. */
    public double decodeBytes(int cached, int bytesPerWeight, int bytesPerKey) {
        double keys = 2.0 * cached * shape.kvHeads() * shape.headDim() * shape.layers();
        return (double) (layerParameters() + headParameters()) * bytesPerWeight + keys * bytesPerKey;
    }

    @Override
    public String toString() {
        return label;
    }
}
