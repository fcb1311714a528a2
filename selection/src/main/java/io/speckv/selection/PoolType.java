package io.speckv.selection;

/** What a smoothing kernel computes over its positions. */
public enum PoolType {
    /** Scores stay as they are. */
    NONE,
    MAX,
    /** The sum over the kernel divided by its full length; positions outside the scores count as zeros. */
    MEAN
}
