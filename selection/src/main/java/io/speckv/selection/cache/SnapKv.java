package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.TopK;

/**
 * SnapKV: the keys that the prompt's last {@code windowSize} queries attend to most, and the window itself. The same count
 * in every layer and KV head. A larger budget keeps all that a smaller one keeps.
 *
 * <p>Score of a key: attention summed over the window's queries, then {@code overGroup} over the query heads of the KV
 * head, then smoothed. Source: arXiv:2404.14469, reference {@code FasterDecoding/SnapKV}; differs in storing one set per KV
 * head, where the reference repeats keys for every query head.
 *
 * @param maxCapacityPrompt KV pairs per KV head, window included
 */
public record SnapKv(int maxCapacityPrompt, int windowSize, Pooling pooling, Reduction overGroup)
        implements CachePolicy {

    public SnapKv {
        InvalidSettingException.require(windowSize >= 1, "window_size", windowSize, "must be at least 1");
        HeadBudgets.requireAbove("window_size", windowSize, maxCapacityPrompt);
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens > maxCapacityPrompt;
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return Math.min(promptTokens, maxCapacityPrompt);
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return new Observation(windowSize, promptTokens - windowSize, Reduction.SUM, overGroup, false);
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        int n = scores.promptTokens();
        float[][] raw = scores.rows(observation(n, scores.lookaheadTokens()));
        int[][] selected = new int[raw.length][];
        for (int head = 0; head < raw.length; head++) {
            selected[head] = TopK.ascending(pooling.apply(raw[head]), maxCapacityPrompt - windowSize);
        }
        return KeptKeys.selectedAndWindow(selected, n - windowSize, n);
    }
}
