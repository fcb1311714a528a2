package io.speckv.selection.cache;

import io.speckv.selection.Reduction;

/**
 * The raw scores an engine computes in one layer: attention weights of the pass's last {@code queries} rows, softmax in
 * fp32 over all causally visible keys, then cut to the first {@code candidateKeys} keys without renormalising, reduced
 * over the queries and the query heads of each KV head.
 *
 * @param queries observing rows, counted from the end of the pass; {@link #ALL_QUERIES} = every row
 * @param candidateKeys keys [0, candidateKeys) are scored
 * @param overQueries reduction over the observing rows
 * @param overGroup reduction over the query heads that share a KV head
 * @param sharedByHeads whether {@code overGroup} goes on over all KV heads, leaving one row per layer
 */
public record Observation(
        int queries, int candidateKeys, Reduction overQueries, Reduction overGroup, boolean sharedByHeads) {

    public static final int ALL_QUERIES = Integer.MAX_VALUE;

    /** No scores are computed. */
    public static final Observation NONE = new Observation(0, 0, Reduction.MAX, Reduction.MAX, false);

    /** Returns how many rows of scores a layer of {@code kvHeads} gives. */
    public int rows(int kvHeads) {
        return sharedByHeads ? 1 : kvHeads;
    }
}
