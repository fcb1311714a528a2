package io.speckv.engine.torch;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.ModelShape;

/**
 * The device memory that a model takes, known from its shape before its weights are read.
 *
 * @param weightBytes bytes of all weights as the engine holds them, including embedding and LM head
 * @param kvBytesPerToken bytes of one token in a cache that keeps everything, over all layers
 * @param positions of the model; no cache needs more tokens
 */
public record ModelMemory(long weightBytes, long kvBytesPerToken, int positions) {

    /**
     * Returns the memory of a model of this shape, opened with these options.
     *
     * @throws io.speckv.engine.DeviceException if the device does not exist, or cannot compute in the precision
     */
    public static ModelMemory of(ModelShape shape, ModelOptions options) {
        return of(shape, Capabilities.of(options.device()).computation(options.precision(), options.kernels()));
    }

    static ModelMemory of(ModelShape shape, Computation computation) {
        long bytes = computation.weights().bytes;
        long embedding = (long) shape.vocabSize() * shape.hiddenSize();
        long multiplied = WeightLayout.parameters(shape) - embedding;
        // If layers lie in an order of their own, the head does too, even if it is the embedding.
        if (shape.tiedEmbeddings() && computation.kind().isRearranged()) {
            multiplied += embedding;
        }
        long weights = embedding * bytes + multiplied * (computation.kind().isInt8() ? ScalarType.INT8.bytes : bytes);
        long pairs = (long) shape.layers() * shape.kvHeads();
        return new ModelMemory(weights, pairs * bytesPerPair(shape, computation.numbers()), shape.maxPositions());
    }

    /** Returns the bytes of one KV pair of one layer and KV head: a key and a value. */
    static long bytesPerPair(ModelShape shape, ScalarType numbers) {
        return 2L * shape.headDim() * numbers.bytes;
    }

    /** Returns the bytes of a slot that is full. */
    public long slotBytes(int tokens) {
        return tokens * kvBytesPerToken;
    }
}
