package io.speckv.engine.generate;

import io.speckv.selection.cache.KeptKeys;
import java.util.List;

/**
 * A prompt that is ready to be decoded.
 *
 * @param tokens that are generated already: lookahead tokens that the target agreed with, then the token it chose after
 *     them. The last one has not been fed to the model yet.
 * @param logits of each of {@code tokens} {@code [tokens][vocabSize]}
 * @param fromFullCache whether {@code tokens} were chosen before anything was evicted
 * @param rightLookahead number of lookahead tokens before the first one that the target would not have chosen greedily over
 *     the full cache, even if {@code tokens} were chosen differently; 0 if the lookahead is not checked
 * @param kept keys that stayed, by layer; empty if nothing was evicted
 * @param reusedTokens tokens of the prompt whose keys were in the prefix cache
 * @param nanos time of each stage
 */
public record Prefilled(
        int[] tokens,
        float[][] logits,
        boolean fromFullCache,
        int rightLookahead,
        List<KeptKeys> kept,
        int reusedTokens,
        Nanos nanos) {
    /**
     * Time of each stage.
     *
     * @param prefill the pass through the model, without eviction
     * @param evict scoring keys, choosing and moving them
     * @param verify comparing the lookahead with the target's choices
     */
    public record Nanos(long prefill, long evict, long verify) {}

    /** Returns how many lookahead tokens counted as generated. */
    public int acceptedLookahead() {
        return tokens.length - 1;
    }

    /** Returns how many of an answer's first tokens were chosen over the full cache. */
    public int fullCacheTokens(int answerTokens) {
        if (kept.isEmpty()) {
            return answerTokens;
        }
        return fromFullCache ? Math.min(tokens.length, answerTokens) : 0;
    }
}
