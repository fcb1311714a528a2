package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.TopK;

/**
 * Ada-SnapKV: SnapKV's scores, with the KV heads of a layer competing for its budget, so that heads with spread-out
 * attention keep more keys than heads with few peaks. A larger budget keeps all that a smaller one keeps.
 *
 * <p>Source: arXiv:2407.11550, reference {@code FFY0/AdaKV}; differs in competing between KV heads, where the reference lets
 * query heads compete unless told otherwise.
 *
 * @param maxCapacityPrompt KV pairs per KV head on average over the layer's heads, window included
 * @param headFloor share of the uniform budget that every head gets, in [0, 1]; 1 is SnapKV
 */
public record AdaSnapKv(int maxCapacityPrompt, int windowSize, Pooling pooling, Reduction overGroup, double headFloor)
        implements CachePolicy {

    public AdaSnapKv {
        InvalidSettingException.require(windowSize >= 1, "window_size", windowSize, "must be at least 1");
        HeadBudgets.requireAbove("window_size", windowSize, maxCapacityPrompt);
        HeadBudgets.requireFloor(headFloor);
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens > maxCapacityPrompt;
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return HeadBudgets.mostKept(promptTokens, kvHeads, maxCapacityPrompt, windowSize, headFloor);
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return new Observation(windowSize, promptTokens - windowSize, Reduction.MEAN, overGroup, false);
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
        return KeptKeys.selectedAndWindow(selected, n - windowSize, n);
    }
}
