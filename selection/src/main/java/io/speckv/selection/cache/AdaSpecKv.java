package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.TopK;
import org.jspecify.annotations.Nullable;

/**
 * Ada-SpecKV: SpecKV's scores (window and draft lookahead), with the KV heads of a layer competing for its budget as in
 * Ada-SnapKV. Window, re-fed last token and sparse prefill are SpecKV's. A larger budget keeps all that a smaller one keeps.
 * Announced by the authors of arXiv:2506.08373 but not released; this is the obvious combination of the two.
 *
 * @param maxCapacityPrompt KV pairs per KV head on average over the layer's heads, besides the re-fed last token
 * @param reduction over queries and query heads, max or mean
 * @param headFloor share of the uniform budget that every head gets, in [0, 1]; 1 is SpecKV
 * @param sparsePrefill attention of long prefills, or null for dense
 */
public record AdaSpecKv(
        int maxCapacityPrompt,
        int windowSize,
        Pooling.Centred pooling,
        Reduction reduction,
        double headFloor,
        LookaheadSource lookaheadSource,
        @Nullable SparsePrefill sparsePrefill)
        implements CachePolicy {

    public AdaSpecKv {
        InvalidSettingException.require(windowSize >= 1, "window_size", windowSize, "must be at least 1");
        HeadBudgets.requireAbove("window_size", windowSize, maxCapacityPrompt);
        HeadBudgets.requireFloor(headFloor);
        if (sparsePrefill != null) {
            sparsePrefill.requireCovers(maxCapacityPrompt);
        }
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens - 1 > maxCapacityPrompt;
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return HeadBudgets.mostKept(promptTokens, kvHeads, maxCapacityPrompt, windowSize, headFloor);
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return new Observation(
                windowSize + lookaheadTokens + 1, promptTokens - windowSize - 1, reduction, reduction, false);
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        int n = scores.promptTokens();
        float[][] importance = LayerScores.smooth(scores.rows(observation(n, scores.lookaheadTokens())), pooling);
        int[] budgets = HeadBudgets.compete(importance, maxCapacityPrompt - windowSize, headFloor);
        int[][] selected = new int[importance.length][];
        for (int head = 0; head < importance.length; head++) {
            selected[head] = TopK.ascending(importance[head], budgets[head]);
        }
        KeptKeys kept = KeptKeys.selectedAndWindow(selected, n - windowSize - 1, n - 1);
        return sparsePrefill == null
                ? kept
                : kept.withVerticals(sparsePrefill.verticals(importance, n + scores.lookaheadTokens()));
    }

    @Override
    public boolean refeedsLastToken() {
        return true;
    }
}
