package io.speckv.selection.method;

import io.speckv.selection.prompt.AttentionScoring;
import org.jspecify.annotations.Nullable;

/**
 * What a draft has to do for one request.
 *
 * @param scoring how its attention becomes a score per prompt token, or null if no scores are needed
 * @param scoringTokens lookahead tokens that count for the scores, 0 if none are needed; the other lookahead tokens are
 *     drafted after them
 * @param classified whether a token classifier scores each prompt token instead
 * @param lookaheadTokens tokens that continue the prompt, at least 0
 */
public record DraftWork(
        @Nullable AttentionScoring scoring, int scoringTokens, boolean classified, int lookaheadTokens) {
    public static final DraftWork NONE = new DraftWork(null, 0, false, 0);

    /** Returns this with at most {@code tokens} lookahead tokens, whether they score or not. */
    public DraftWork withAtMost(int tokens) {
        return new DraftWork(scoring, Math.min(scoringTokens, tokens), classified, Math.min(lookaheadTokens, tokens));
    }

    /** Returns whether there is no work for the draft. */
    public boolean isNone() {
        return !classified && !needsModel();
    }

    /** Returns whether a draft model has to read the prompt; a classifier alone needs none. */
    public boolean needsModel() {
        return scoring != null || lookaheadTokens > 0;
    }

    /** Returns whether only lookahead tokens are needed, which n-grams of the prompt can guess as well. */
    public boolean lookaheadOnly() {
        return scoring == null && !classified && lookaheadTokens > 0;
    }
}
