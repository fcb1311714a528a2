package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.TopK;

/**
 * Vertical-slash attention of a long prefill (MInference's kernel as SpecKV uses it): rows and keys are tiled by
 * {@link #BLOCK}; a row attends to its own block and the {@code windowSize/BLOCK} blocks before it, causally, and to the
 * vertical columns. Softmax runs over these keys alone.
 *
 * @param windowSize local keys, a multiple of {@link #BLOCK}
 * @param verticalSize highest-scored key columns per KV head
 */
public record SparsePrefill(int windowSize, int verticalSize) {
    public static final int BLOCK = 64;

    public SparsePrefill {
        InvalidSettingException.require(
                windowSize >= 0 && windowSize % BLOCK == 0,
                "prefill_window_size",
                windowSize,
                "must be a multiple of " + BLOCK + ", not negative");
        InvalidSettingException.require(
                verticalSize >= 0, "prefill_vertical_size", verticalSize, "must not be negative");
    }

    /** Returns whether a pass of this many tokens (prompt and lookahead) is sparse; shorter ones are dense. */
    public boolean applies(int passTokens) {
        return passTokens > (long) windowSize + verticalSize;
    }

    /** Returns whether {@code row} may attend to {@code key}; {@code vertical} tells whether the key is a vertical column. */
    public boolean allows(int row, int key, boolean vertical) {
        return key <= row && (vertical || row / BLOCK - key / BLOCK <= windowSize / BLOCK);
    }

    /** Returns the first key that {@code row} attends to even if the key is not a vertical column. */
    public int localStart(int row) {
        return Math.max(0, row / BLOCK - windowSize / BLOCK) * BLOCK;
    }

    /** Returns the key columns [kvHeads][min(verticalSize, candidates)] for a pass of this length; empty if it is dense. */
    int[][] verticals(float[][] importance, int passTokens) {
        if (!applies(passTokens)) {
            return new int[0][];
        }
        int[][] columns = new int[importance.length][];
        for (int head = 0; head < columns.length; head++) {
            columns[head] = TopK.ascending(importance[head], verticalSize);
        }
        return columns;
    }

    /** Throws unless a row of the sparse prefill can see as many keys as a budget keeps at most. */
    void requireCovers(int mostKept) {
        InvalidSettingException.require(
                mostKept <= (long) windowSize + verticalSize,
                "max_capacity_prompt",
                mostKept,
                "must be at most prefill_window_size + prefill_vertical_size (" + windowSize + " + " + verticalSize
                        + ")");
    }
}
