package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;

/** Queries or keys {@code [heads][rows][d]}, as plain numbers and as a tensor. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record HeadNumbers(float[][][] numbers, NDArray tensor) {
    static HeadNumbers normal(NDManager memory, Random random, int heads, int rows, int dimension) {
        float[][][] numbers = new float[heads][rows][dimension];
        float[] flat = new float[heads * rows * dimension];
        int at = 0;
        for (float[][] head : numbers) {
            for (float[] row : head) {
                for (int i = 0; i < dimension; i++) {
                    row[i] = (float) random.nextGaussian();
                    flat[at++] = row[i];
                }
            }
        }
        return new HeadNumbers(numbers, memory.create(flat, new Shape(heads, rows, dimension)));
    }
}
