package io.speckv.selection.cache;

import io.speckv.selection.Pooling;
import io.speckv.selection.Scores;
import java.util.Arrays;

/**
 * One layer's raw, unsmoothed scores.
 *
 * @param layer from 0
 * @param layers in the model
 * @param promptTokens n
 * @param lookaheadTokens L
 * @param kvHeads KV heads of the layer
 * @param candidates keys [0, candidates) are scored
 * @param values [kvHeads, candidates] row-major, or [candidates] where the observation is shared by the heads; borrowed
 */
@SuppressWarnings("ArrayRecordComponent")
public record LayerScores(
        int layer, int layers, int promptTokens, int lookaheadTokens, int kvHeads, int candidates, float[] values) {

    public LayerScores {
        if (kvHeads < 1 || values.length % Math.max(1, candidates) != 0) {
            throw new IllegalArgumentException("layer " + layer + ": " + values.length
                    + " scores are not whole rows of " + candidates + " candidates for " + kvHeads + " KV heads");
        }
    }

    /** Returns the scores of a layer in which nothing is observed. */
    public static LayerScores unobserved(int layer, int layers, int promptTokens, int lookaheadTokens, int kvHeads) {
        return new LayerScores(layer, layers, promptTokens, lookaheadTokens, kvHeads, 0, new float[0]);
    }

    /**
     * Returns the raw rows [rows, candidates].
     *
     * @throws IllegalArgumentException if they are not what {@code observation} asks for, or hold a NaN or infinity
     */
    float[][] rows(Observation observation) {
        int rows = observation.rows(kvHeads);
        if (candidates != observation.candidateKeys() || values.length != rows * candidates) {
            throw new IllegalArgumentException("layer " + layer + ": got " + values.length + " scores over "
                    + candidates + " candidates, expected " + rows + " rows over " + observation.candidateKeys());
        }
        float[][] raw = new float[rows][];
        for (int row = 0; row < rows; row++) {
            raw[row] = Arrays.copyOfRange(values, row * candidates, (row + 1) * candidates);
            Scores.requireFinite(raw[row], candidates);
        }
        return raw;
    }

    /** Returns each row smoothed. */
    static float[][] smooth(float[][] rows, Pooling pooling) {
        float[][] smoothed = new float[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            smoothed[row] = pooling.apply(rows[row]);
        }
        return smoothed;
    }
}
