package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Reduction;
import io.speckv.selection.TopK;

/**
 * H2O: heavy hitters, the keys with the most attention from all queries of the prompt, and the most recent tokens. A larger
 * budget with the same {@code recentTokens} keeps all that a smaller one keeps.
 *
 * <p>Source: arXiv:2306.14048, reference {@code FMInference/H2O}; this is the one-shot variant (KVCache-Factory): scores come
 * from the whole prefill, nothing is evicted while decoding, and one set is kept per KV head. Column sums favour early
 * tokens, which more queries can see; {@code perVisibleQuery} divides them by that number.
 *
 * @param maxCapacityPrompt KV pairs per KV head, recent ones included
 * @param perVisibleQuery whether key j's sum is divided by the n-j queries that see it
 */
public record H2o(int maxCapacityPrompt, int recentTokens, Reduction overGroup, boolean perVisibleQuery)
        implements CachePolicy {

    public H2o {
        InvalidSettingException.require(recentTokens >= 1, "recent_tokens", recentTokens, "must be at least 1");
        HeadBudgets.requireAbove("recent_tokens", recentTokens, maxCapacityPrompt);
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
        return new Observation(Observation.ALL_QUERIES, promptTokens - recentTokens, Reduction.SUM, overGroup, false);
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        int n = scores.promptTokens();
        float[][] raw = scores.rows(observation(n, scores.lookaheadTokens()));
        int[][] selected = new int[raw.length][];
        for (int head = 0; head < raw.length; head++) {
            float[] importance = perVisibleQuery ? dividedByVisibleQueries(raw[head], n) : raw[head];
            selected[head] = TopK.ascending(importance, maxCapacityPrompt - recentTokens);
        }
        return KeptKeys.selectedAndWindow(selected, n - recentTokens, n);
    }

    private static float[] dividedByVisibleQueries(float[] sums, int promptTokens) {
        float[] means = new float[sums.length];
        for (int key = 0; key < sums.length; key++) {
            means[key] = sums[key] / (promptTokens - key);
        }
        return means;
    }
}
