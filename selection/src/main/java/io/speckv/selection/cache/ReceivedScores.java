package io.speckv.selection.cache;

import io.speckv.selection.Budget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Pooling;
import io.speckv.selection.Scores;
import java.util.Arrays;

/**
 * KV pairs chosen by the draft's own per-token scores as they arrive with the prompt: the same tokens in every layer and
 * head, no scoring pass and no lookahead in the target. Decoding starts from the prefill's logits. A larger budget keeps
 * all that a smaller one keeps.
 *
 * @param budget KV pairs per KV head, window included
 * @param windowSize last prompt tokens, always kept
 * @param tokenScores [promptTokens] of one request; empty in a policy that has no request yet. Borrowed
 */
@SuppressWarnings("ArrayRecordComponent")
public record ReceivedScores(Budget budget, int windowSize, Pooling pooling, float[] tokenScores)
        implements CachePolicy {

    public ReceivedScores {
        InvalidSettingException.require(windowSize >= 1, "window_size", windowSize, "must be at least 1");
        budget.requireRoomBeside(windowSize);
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens > Math.max(windowSize, budget.floor(promptTokens));
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return Math.min(promptTokens, budget.cap(promptTokens));
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return Observation.NONE;
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        int n = scores.promptTokens();
        float[] raw = Arrays.copyOf(Scores.requireFinite(tokenScores, n), n - windowSize);
        int[] selected = budget.select(pooling.apply(raw), raw, windowSize);
        return KeptKeys.shared(scores.kvHeads(), selected, n - windowSize, n);
    }

    @Override
    public boolean needsReceivedScores() {
        return true;
    }

    @Override
    public CachePolicy withReceivedScores(float[] scores) {
        return new ReceivedScores(budget, windowSize, pooling, scores);
    }
}
