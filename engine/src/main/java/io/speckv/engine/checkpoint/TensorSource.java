package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;

/** The tensors of a model, wherever and in whatever format they are stored. */
public interface TensorSource {
    /**
     * Returns where a tensor lies.
     *
     * @throws CheckpointException if there is none of this name
     */
    TensorEntry tensor(String name);

    /**
     * Computes some numbers of a tensor, in the order of its rows.
     *
     * @param first of the flattened tensor
     * @param into is filled
     */
    void read(TensorEntry entry, long first, float[] into);
}
