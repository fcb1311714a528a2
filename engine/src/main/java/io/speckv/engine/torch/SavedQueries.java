package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/** Queries of decoded tokens, per layer {@code [heads, tokens, headDim]}. The caller closes it. */
public final class SavedQueries implements AutoCloseable {
    private final DecoderModel model;
    private final NDManager memory;
    private final @Nullable NDArray[] perLayer;
    private int count;

    public SavedQueries(DecoderModel model) {
        this.model = model;
        this.memory = model.newScope();
        this.perLayer = new NDArray[model.shape().layers()];
    }

    /** Returns how many tokens have saved queries. */
    public int count() {
        return count;
    }

    /** Adds one token's queries {@code [heads, 1, headDim]} of a layer. */
    void add(int layer, NDArray queries) {
        perLayer[layer] = joined(memory, perLayer[layer], queries);
        if (layer == perLayer.length - 1) {
            count++;
        }
    }

    /** Returns {@code before} {@code [heads, m, headDim]} followed by the saved queries of a layer. */
    NDArray after(NDManager scope, int layer, NDArray before) {
        NDArray saved = perLayer[layer];
        return saved == null ? before : joined(scope, before, saved);
    }

    private NDArray joined(NDManager scope, @Nullable NDArray before, NDArray queries) {
        return model.graph()
                .call("last_queries")
                .with(before == null ? queries : before)
                .with(queries)
                .with(before != null)
                .with(Integer.MAX_VALUE)
                .tensor(scope);
    }

    @Override
    public void close() {
        memory.close();
    }
}
