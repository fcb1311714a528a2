package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;

/**
 * What chooses the KV pairs in the place of a draft's lookahead that the target finds wrong early: the lookahead as far as it
 * is right, and tokens with which the target goes on by itself.
 *
 * @param policy chooses by the queries of both; it takes no draft's lookahead and feeds no prompt token again
 * @param decoding how the target goes on: with so many tokens, those that were right included, over a cache that its first
 *     stage evicted
 * @param trustedTokens that must be right for the lookahead to be trusted, or all of a shorter one; at least 1
 */
public record LookaheadCorrection(CachePolicy policy, LookaheadSource.PseudoDecoding decoding, int trustedTokens) {
    public LookaheadCorrection {
        InvalidSettingException.require(trustedTokens >= 1, "trusted_tokens", trustedTokens, "must be at least 1");
    }

    /**
     * Returns whether a lookahead is to be corrected.
     *
     * @param right tokens of its beginning that the target would have chosen itself over the full cache
     * @param lookahead tokens that it has; none is always corrected
     */
    public boolean isNeeded(int right, int lookahead) {
        return lookahead == 0 || right < Math.min(trustedTokens, lookahead);
    }

    /** Returns the last rows of a prompt with its lookahead whose queries may be needed. */
    public int queries(int promptTokens, int lookahead) {
        int observed = Math.max(
                policy.observation(promptTokens, 0).queries(),
                decoding.stageOne().observation(promptTokens, 0).queries());
        return observed + lookahead;
    }
}
