package io.speckv.selection.cache;

import io.speckv.selection.ProtectedTokens;
import org.jspecify.annotations.Nullable;

/**
 * Which KV pairs stay after the prefill. The others are evicted once, layer by layer; nothing is evicted while decoding.
 * Kept keys keep their rotary positions. With n prompt tokens and L lookahead tokens appended in the same pass, the pass has
 * n+L tokens; only prompt positions are ever kept. Immutable: a policy holds settings and no state of a request.
 */
public sealed interface CachePolicy
        permits AdaSnapKv,
                AdaSpecKv,
                BlendedScores,
                CorrectedSpecKv,
                FullCache,
                H2o,
                LaqPlusPlus,
                ProtectedKeys,
                PyramidKv,
                ReceivedScores,
                SnapKv,
                SpecKv,
                StreamingLlm,
                Tova {

    /** Returns whether a prompt of this length loses KV pairs; if not, the cache stays full and no other method is called. */
    boolean compresses(int promptTokens);

    /**
     * Returns the most positions that {@link #keep} ever keeps for one KV head of any layer, for a prompt of this length.
     *
     * @param kvHeads of a layer; in policies whose heads compete, one head can win the budget of all
     */
    int mostKept(int promptTokens, int kvHeads);

    /**
     * Returns what the engine must compute in every layer, for a prompt that {@link #compresses}.
     *
     * @param lookaheadTokens tokens appended after the prompt in the same pass
     */
    Observation observation(int promptTokens, int lookaheadTokens);

    /**
     * Returns the prompt positions that stay in this layer, per KV head.
     *
     * @throws IllegalArgumentException if the scores do not match {@link #observation}, or a score is NaN or infinite
     */
    KeptKeys keep(LayerScores scores);

    /**
     * Returns whether decoding starts by feeding the last prompt token again at its position n-1, over the evicted cache
     * (SpecKV: the kept keys then exclude n-1), or, by default, with the prefill's logits (SnapKV family).
     */
    default boolean refeedsLastToken() {
        return false;
    }

    /** Returns where the tokens appended after the prompt come from. By default there are none. */
    default LookaheadSource lookaheadSource() {
        return new LookaheadSource.None();
    }

    /**
     * Returns whether a draft's tokens choose the KV pairs of a prompt of this length, so that the answer depends on how
     * many of them arrived.
     */
    default boolean lookaheadChooses(int promptTokens) {
        return compresses(promptTokens) && lookaheadSource().comesFromDraft();
    }

    /**
     * Returns the choice to make instead if the draft's lookahead is wrong early, or null if the lookahead is trusted
     * without a check.
     */
    default @Nullable LookaheadCorrection correction() {
        return null;
    }

    /** Returns the sparse attention of long prefills, or null where the prefill is always dense. */
    default @Nullable SparsePrefill sparsePrefill() {
        return null;
    }

    /** Returns this policy for one request in which {@code tokens} keep their KV pairs whatever their scores are. */
    default CachePolicy protecting(ProtectedTokens tokens) {
        return tokens.isEmpty() ? this : new ProtectedKeys(this, tokens);
    }

    /** Returns whether {@link #withReceivedScores} must be called before this policy can keep anything. */
    default boolean needsReceivedScores() {
        return false;
    }

    /**
     * Returns this policy for one request whose prompt tokens were scored elsewhere. A policy that does not read such scores
     * returns itself.
     *
     * @param tokenScores [promptTokens], finite
     */
    default CachePolicy withReceivedScores(float[] tokenScores) {
        return this;
    }
}
