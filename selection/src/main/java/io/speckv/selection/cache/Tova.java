package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Reduction;
import io.speckv.selection.TopK;

/**
 * TOVA: the keys that the last prompt token attends to most, on average over all heads; one set per layer, shared by its
 * heads. The last token itself always stays. A larger budget keeps all that a smaller one keeps.
 *
 * <p>Source: arXiv:2401.06104, reference {@code schwartz-lab-NLP/TOVA}; differs in evicting once after the prefill, and in
 * pinning the last token as kvpress does.
 *
 * @param maxCapacityPrompt KV pairs per KV head, the last token included; at least 2
 */
public record Tova(int maxCapacityPrompt) implements CachePolicy {

    public Tova {
        InvalidSettingException.require(
                maxCapacityPrompt >= 2, "max_capacity_prompt", maxCapacityPrompt, "must be at least 2");
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
        return new Observation(1, promptTokens - 1, Reduction.MEAN, Reduction.MEAN, true);
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        int n = scores.promptTokens();
        float[] importance = scores.rows(observation(n, scores.lookaheadTokens()))[0];
        int[] selected = TopK.ascending(importance, maxCapacityPrompt - 1);
        return KeptKeys.shared(scores.kvHeads(), selected, n - 1, n);
    }
}
