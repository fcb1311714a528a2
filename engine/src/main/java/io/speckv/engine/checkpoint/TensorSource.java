package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;

/** The tensors of a model, in whatever place and format they are stored. */
public interface TensorSource {
    /**
     * Returns where a tensor lies.
     *
     * @throws CheckpointException if no tensor has this name
     */
    TensorEntry tensor(String name);

    /**
     * Computes some numbers of a tensor, in the order of its rows.
     *
     * @param first index of the first number in the flattened tensor
     * @param into array that is filled
     */
    void read(TensorEntry entry, long first, float[] into);
}
