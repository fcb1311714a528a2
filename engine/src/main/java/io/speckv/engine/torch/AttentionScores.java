package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.NonFiniteException;
import io.speckv.selection.Reduction;

/** Attention of a few queries over all keys, reduced in the graph and returned as plain numbers. */
final class AttentionScores {
    /** Attention weights that are computed at once, few enough to be reduced while they are in the processor's caches. */
    private static final long NUMBERS_AT_ONCE = 1 << 20;

    /**
     * How {@code [heads, queries, keys]} becomes one row per KV head, or one row in all.
     */
    record Reductions(Reduction overQueries, Reduction overHeads, boolean sharedByHeads, int meanPoolKernel) {}

    private AttentionScores() {}

    /**
     * Returns one score per key.
     *
     * @param queries {@code [heads, rows, headDim]}, the first one at key {@code position}
     * @param keys {@code [kvHeads, tokens, headDim]}
     * @param window most keys that a query sees, its own being the last; 0 for all
     * @param candidates keys {@code [0, candidates)} are scored; the softmax runs over all visible ones
     * @param weights factor of each query, or empty
     * @throws NonFiniteException if a score is NaN or infinite
     * @return {@code [kvHeads, candidates]} or {@code [1, candidates]}, row-major
     */
    static float[] of(
            DecoderModel model,
            NDManager scope,
            NDArray queries,
            NDArray keys,
            int window,
            int position,
            int candidates,
            float[] weights,
            Reductions reductions) {
        int rows = Math.toIntExact(queries.getShape().get(1));
        int heads = model.shape().heads();
        long numbersPerRow = (long) model.shape().group() * keys.getShape().get(1);
        float[] scores = model.graph()
                .call("observe")
                .with(queries)
                .with(keys)
                .with(position)
                .with(candidates)
                .with(scope.create(weights))
                .with(code(reductions.overQueries))
                .with(code(reductions.overHeads))
                .with(reductions.sharedByHeads)
                .with(reductions.meanPoolKernel)
                .with(Math.max(1, NUMBERS_AT_ONCE / numbersPerRow))
                .with(window)
                .tensor(scope)
                .toFloatArray();
        for (int i = 0; i < scores.length; i++) {
            if (!Float.isFinite(scores[i])) {
                throw new NonFiniteException("attention scores", i, scores[i]);
            }
        }
        float terms = 1;
        if (reductions.overQueries == Reduction.MEAN) {
            terms *= rows;
        }
        if (reductions.overHeads == Reduction.MEAN) {
            terms *= reductions.sharedByHeads ? heads : model.shape().group();
        }
        if (terms != 1) {
            for (int i = 0; i < scores.length; i++) {
                scores[i] /= terms;
            }
        }
        return scores;
    }

    private static int code(Reduction reduction) {
        return reduction == Reduction.MAX ? 0 : 1;
    }
}
