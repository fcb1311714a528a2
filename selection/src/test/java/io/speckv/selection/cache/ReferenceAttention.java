package io.speckv.selection.cache;

import io.speckv.selection.Reduction;
import java.util.Arrays;

/** What an engine computes for an {@link Observation}, written for clarity. */
@SuppressWarnings("ArrayRecordComponent")
record ReferenceAttention(float[] q, float[] k, int heads, int kvHeads, int tokens, int headDim) {

    /** Returns the scores of a pass of {@code tokens} tokens, of which the last {@code lookahead} are no prompt. */
    LayerScores observe(Observation observation, int lookahead) {
        int candidates = observation.candidateKeys();
        int group = heads / kvHeads;
        float[] values = new float[observation.rows(kvHeads) * candidates];
        float[][] perKvHead = new float[kvHeads][];
        for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
            float[] folded = filled(candidates, observation.overGroup());
            for (int g = 0; g < group; g++) {
                float[] row = overQueries(kvHead * group + g, kvHead, observation);
                fold(folded, row, observation.overGroup());
            }
            perKvHead[kvHead] = finished(folded, observation.overGroup(), group);
        }
        if (observation.sharedByHeads()) {
            float[] folded = filled(candidates, observation.overGroup());
            for (float[] row : perKvHead) {
                fold(folded, row, observation.overGroup());
            }
            values = finished(folded, observation.overGroup(), kvHeads);
        } else {
            for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
                System.arraycopy(perKvHead[kvHead], 0, values, kvHead * candidates, candidates);
            }
        }
        return new LayerScores(0, 1, tokens - lookahead, lookahead, kvHeads, candidates, values);
    }

    private float[] overQueries(int head, int kvHead, Observation observation) {
        int queries = Math.min(tokens, observation.queries());
        float[] folded = filled(observation.candidateKeys(), observation.overQueries());
        for (int row = tokens - queries; row < tokens; row++) {
            fold(folded, softmaxRow(head, kvHead, row), observation.overQueries());
        }
        return finished(folded, observation.overQueries(), queries);
    }

    private float[] softmaxRow(int head, int kvHead, int row) {
        double[] logits = new double[row + 1];
        double max = Double.NEGATIVE_INFINITY;
        for (int key = 0; key <= row; key++) {
            double dot = 0;
            for (int d = 0; d < headDim; d++) {
                dot += (double) q[(head * tokens + row) * headDim + d] * k[(kvHead * tokens + key) * headDim + d];
            }
            logits[key] = dot / Math.sqrt(headDim);
            max = Math.max(max, logits[key]);
        }
        double sum = 0;
        for (int key = 0; key <= row; key++) {
            logits[key] = Math.exp(logits[key] - max);
            sum += logits[key];
        }
        float[] weights = new float[tokens];
        for (int key = 0; key <= row; key++) {
            weights[key] = (float) (logits[key] / sum);
        }
        return weights;
    }

    private static float[] filled(int length, Reduction reduction) {
        float[] row = new float[length];
        Arrays.fill(row, reduction.identity());
        return row;
    }

    private static void fold(float[] folded, float[] row, Reduction reduction) {
        for (int i = 0; i < folded.length; i++) {
            folded[i] = reduction.combine(folded[i], row[i]);
        }
    }

    private static float[] finished(float[] folded, Reduction reduction, int count) {
        for (int i = 0; i < folded.length; i++) {
            folded[i] = reduction.finish(folded[i], count);
        }
        return folded;
    }
}
