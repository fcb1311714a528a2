package io.speckv.selection.method;

import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.prompt.PromptPolicy;

/**
 * A named pair: which prompt tokens reach the target, and which of their KV pairs stay. Immutable and free of request
 * state, so one method serves any number of requests at once.
 *
 * @param verifyLookahead whether the target accepts lookahead tokens it agrees with, instead of decoding them again; has
 *     no effect where nothing is drafted
 */
public record Method(String name, PromptPolicy prompt, CachePolicy cache, boolean verifyLookahead) {

    /** Returns whether a prompt of this length needs a draft model, for scores or for lookahead. */
    public boolean needsDraft(int promptTokens, int maxNewTokens) {
        boolean scores = prompt.scoreSource().draftScoring() != null && prompt.compresses(promptTokens);
        boolean lookahead = cache.lookaheadSource().draftTokens(maxNewTokens) > 0 && cache.compresses(promptTokens);
        return scores || lookahead;
    }
}
