package io.speckv.engine.torch;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.ModelShape;

/**
 * What a model takes in a device's memory, known from its shape before its weights are read.
 *
 * @param weightBytes of all weights as the engine holds them, embedding and LM head included
 * @param kvBytesPerToken of one token in a cache that keeps everything, over all layers
 * @param positions that the model has; no cache needs more tokens
 */
public record ModelMemory(long weightBytes, long kvBytesPerToken, int positions) {

    /**
     * The memory of a model of some shape, opened with some options.
     *
     * @throws io.speckv.engine.DeviceException if the device is not there, or cannot compute in the precision
     */
    public static ModelMemory of(ModelShape shape, ModelOptions options) {
        return of(shape, Capabilities.of(options.device()).computation(options.precision(), options.kernels()));
    }

    static ModelMemory of(ModelShape shape, Computation computation) {
        long bytes = computation.weights().bytes;
        long embedding = (long) shape.vocabSize() * shape.hiddenSize();
        long multiplied = WeightLayout.parameters(shape) - embedding;
        // Where layers lie in an order of their own the head does too, also where it is the embedding.
        if (shape.tiedEmbeddings() && computation.kind().isRearranged()) {
            multiplied += embedding;
        }
        long weights = embedding * bytes + multiplied * (computation.kind().isInt8() ? ScalarType.INT8.bytes : bytes);
        long pairs = (long) shape.layers() * shape.kvHeads();
        return new ModelMemory(weights, pairs * bytesPerPair(shape, computation.numbers()), shape.maxPositions());
    }

    /** Bytes of one KV pair of one layer and KV head: a key and a value. */
    static long bytesPerPair(ModelShape shape, ScalarType numbers) {
        return 2L * shape.headDim() * numbers.bytes;
    }

    /** Bytes of a slot that is full. */
    public long slotBytes(int tokens) {
        return tokens * kvBytesPerToken;
    }
}
