package io.speckv.selection.cache;

import io.speckv.selection.InvalidSettingException;

/**
 * How KV pairs are chosen when the target finds a draft's lookahead wrong early: by the tokens of the lookahead that are
 * right, and by tokens that the target then decodes itself.
 *
 * @param policy chooses by the queries of both; it uses no lookahead of a draft and feeds no prompt token again
 * @param decoding how many tokens the target decodes, the right ones of the lookahead included, and the first stage that
 *     evicts the cache for it
 * @param trustedTokens first tokens that must be right for the lookahead to be trusted, or all tokens of a shorter one; at
 *     least 1
 */
public record LookaheadCorrection(CachePolicy policy, LookaheadSource.PseudoDecoding decoding, int trustedTokens) {
    public LookaheadCorrection {
        InvalidSettingException.require(trustedTokens >= 1, "trusted_tokens", trustedTokens, "must be at least 1");
    }

    /**
     * Returns whether a lookahead must be corrected.
     *
     * @param right number of its first tokens that the target would have chosen itself over the full cache
     * @param lookahead number of its tokens; an empty lookahead is always corrected
     */
    public boolean isNeeded(int right, int lookahead) {
        return lookahead == 0 || right < Math.min(trustedTokens, lookahead);
    }

    /** Returns how many of the last rows, lookahead included, have queries that may be needed. */
    public int queries(int promptTokens, int lookahead) {
        int observed = Math.max(
                policy.observation(promptTokens, 0).queries(),
                decoding.stageOne().observation(promptTokens, 0).queries());
        return observed + lookahead;
    }
}
