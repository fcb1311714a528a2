package io.speckv.selection.method;

import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.prompt.AttentionScoring;
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.ScoreSource;

/**
 * A named pair: which prompt tokens reach the target, and which of their KV pairs stay. Immutable and free of request
 * state, so one method serves any number of requests at once.
 *
 * @param verifyLookahead whether the target accepts lookahead tokens it agrees with, instead of decoding them again; has
 *     no effect where nothing is drafted
 */
public record Method(String name, PromptPolicy prompt, CachePolicy cache, boolean verifyLookahead) {

    /** Returns what a draft has to do for a prompt of this length. */
    public DraftWork draftWork(int promptTokens, int maxNewTokens) {
        boolean drops = cache.compresses(promptTokens);
        boolean scored = prompt.compresses(promptTokens) || (drops && cache.needsReceivedScores());
        ScoreSource source = prompt.scoreSource();
        AttentionScoring scoring = scored ? source.draftScoring() : null;
        int lookahead = drops ? cache.lookaheadSource().draftTokens(maxNewTokens) : 0;
        int scoringSteps = scoring == null ? 0 : scoring.lookaheadFor(maxNewTokens);
        return new DraftWork(scoring, scored && source.classifies(), Math.max(lookahead, scoringSteps));
    }

    /** Returns whether a prompt of this length needs a draft service, for scores or for lookahead. */
    public boolean needsDraft(int promptTokens, int maxNewTokens) {
        return !draftWork(promptTokens, maxNewTokens).isNone();
    }
}
