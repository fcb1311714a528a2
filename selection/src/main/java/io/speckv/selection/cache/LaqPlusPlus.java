package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.TopK;

/**
 * LAQ++ (lookahead Q-cache): the target first decodes a few pseudo tokens from a SnapKV-evicted cache; their queries and
 * those of the last {@code windowSize} prompt tokens then score the full prompt's keys. {@code windowSize} 0 is LAQ. Real
 * decoding starts from the prefill's logits. A larger budget keeps all that a smaller one keeps, given the same pseudo
 * tokens.
 *
 * <p>Source: arXiv:2505.20334, reference {@code noforit/Lookahead_Q-Cache}; differs in letting pseudo queries see the whole
 * prompt, where the reference's triangular mask blinds them to its tail, and in storing one set per KV head.
 *
 * @param maxCapacityPrompt KV pairs per KV head, window included
 */
public record LaqPlusPlus(
        int maxCapacityPrompt,
        int windowSize,
        Pooling pooling,
        Reduction overGroup,
        LookaheadSource.PseudoDecoding lookahead)
        implements CachePolicy {

    public LaqPlusPlus {
        InvalidSettingException.require(windowSize >= 0, "window_size", windowSize, "must not be negative");
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
        return new Observation(
                windowSize + lookaheadTokens, promptTokens - windowSize, Reduction.SUM, overGroup, false);
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

    @Override
    public LookaheadSource lookaheadSource() {
        return lookahead;
    }
}
