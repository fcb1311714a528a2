package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * All keys and values of a prompt, {@code [kvHeads, tokens, headDim]}, until it is decided which of them stay. Layers either
 * use the same memory one after the other, or each has its own.
 */
final class FullKeys {
    private final DecoderModel model;
    private final NDManager memory;
    private final NDArray[] keys;
    private final NDArray[] values;
    private final @Nullable NDArray[] lastQueries;

    /**
     * @param layers 1 to share memory between layers
     */
    FullKeys(DecoderModel model, NDManager memory, int tokens, int layers) {
        this.model = model;
        this.memory = memory;
        keys = new NDArray[layers];
        values = new NDArray[layers];
        lastQueries = new NDArray[layers];
        for (int layer = 0; layer < layers; layer++) {
            keys[layer] = model.empty(
                    memory, model.shape().kvHeads(), tokens, model.shape().headDim());
            values[layer] = model.empty(
                    memory, model.shape().kvHeads(), tokens, model.shape().headDim());
        }
    }

    NDArray keys(int layer) {
        return keys[layer % keys.length];
    }

    NDArray values(int layer) {
        return values[layer % values.length];
    }

    /**
     * Appends a piece's queries {@code [heads, rows, headDim]} to those of earlier pieces. Returns the last {@code count}
     * queries, or all if there are fewer.
     */
    NDArray remember(int layer, NDArray queries, int count) {
        if (keys.length < model.shape().layers()) {
            return queries;
        }
        NDArray before = lastQueries[layer];
        NDArray joined = model.graph()
                .call("last_queries")
                .with(before == null ? queries : before)
                .with(queries)
                .with(before != null)
                .with(count)
                .tensor(memory);
        if (before != null) {
            before.close();
        }
        lastQueries[layer] = joined;
        return joined;
    }

    /** Returns the remembered queries of a layer, {@code [heads, count, headDim]}. */
    NDArray lastQueries(int layer) {
        NDArray remembered = lastQueries[layer];
        if (remembered == null) {
            throw new IllegalStateException("no queries of layer " + layer + " are remembered");
        }
        return remembered;
    }
}
