package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.TopK;

/**
 * PyramidKV: SnapKV's scores, with a budget that falls linearly from the first layer to the last; the mean over layers stays
 * near {@code maxCapacityPrompt}.
 *
 * <p>With B = maxCapacityPrompt - windowSize: the last layer selects at least B/beta, the first 2B - B/beta, clipped to the
 * candidates with the rest given back to the last; prompts shorter than 2B get B in every layer. Divisions round down, so
 * deeper layers may lose a place when the budget grows: a larger budget need not keep all that a smaller one keeps. Source:
 * arXiv:2406.02069, reference {@code Zefan-Cai/KVCache-Factory}; differs in storing one set per KV head.
 *
 * @param maxCapacityPrompt KV pairs per KV head on average over the layers, window included
 * @param beta steepness, at least 1: the last layer's selected part is B/beta
 */
public record PyramidKv(int maxCapacityPrompt, int windowSize, Pooling pooling, Reduction overGroup, int beta)
        implements CachePolicy {

    public PyramidKv {
        InvalidSettingException.require(windowSize >= 1, "window_size", windowSize, "must be at least 1");
        HeadBudgets.requireAbove("window_size", windowSize, maxCapacityPrompt);
        InvalidSettingException.require(beta >= 1, "beta", beta, "must be at least 1");
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens > maxCapacityPrompt;
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return Math.min(promptTokens, windowSize + selectedIn(0, 2, promptTokens));
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return new Observation(windowSize, promptTokens - windowSize, Reduction.SUM, overGroup, false);
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        int n = scores.promptTokens();
        float[][] raw = scores.rows(observation(n, scores.lookaheadTokens()));
        int count = selectedIn(scores.layer(), scores.layers(), n);
        int[][] selected = new int[raw.length][];
        for (int head = 0; head < raw.length; head++) {
            selected[head] = TopK.ascending(pooling.apply(raw[head]), count);
        }
        return KeptKeys.selectedAndWindow(selected, n - windowSize, n);
    }

    /** Returns how many keys are selected besides the window in {@code layer}. */
    int selectedIn(int layer, int layers, int promptTokens) {
        int mean = maxCapacityPrompt - windowSize;
        if (promptTokens < 2 * mean || layers == 1) {
            return mean;
        }
        int most = Math.min(2 * mean - mean / beta, promptTokens - windowSize);
        int least = 2 * mean - most;
        return most - layer * ((most - least) / (layers - 1));
    }
}
