package io.speckv.selection.cache;

import io.speckv.selection.ProtectedTokens;
import org.jspecify.annotations.Nullable;

/**
 * Which KV pairs stay after the prefill: evicted once, layer by layer; nothing is evicted while decoding. Kept keys keep
 * their rotary positions. With n prompt tokens and L lookahead tokens appended in the same pass, the pass has n+L tokens;
 * only prompt positions are ever kept. Immutable: a policy holds settings, never anything of a request.
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

    /** Returns whether a prompt of this length loses KV pairs; if not, the cache stays full and nothing else is asked. */
    boolean compresses(int promptTokens);

    /**
     * Returns the most positions that {@link #keep} ever leaves one KV head of a prompt of this length, in any layer.
     *
     * @param kvHeads of a layer; policies whose heads compete can give one head the budget of all
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
     * @throws IllegalArgumentException if the scores do not match {@link #observation}, or one is NaN or infinite
     */
    KeptKeys keep(LayerScores scores);

    /**
     * Returns whether decoding starts by feeding the last prompt token again at its position n-1, over the evicted cache
     * (SpecKV: the kept keys then exclude n-1), or, by default, with the prefill's logits (SnapKV family).
     */
    default boolean refeedsLastToken() {
        return false;
    }

    /** Returns where the tokens appended after the prompt come from; nowhere, by default. */
    default LookaheadSource lookaheadSource() {
        return new LookaheadSource.None();
    }

    /**
     * Returns whether a draft's tokens choose the KV pairs of a prompt of this length, so that the answer depends on how many
     * of them came.
     */
    default boolean lookaheadChooses(int promptTokens) {
        return compresses(promptTokens) && lookaheadSource().comesFromDraft();
    }

    /** Returns what chooses instead where the draft's lookahead is wrong early, or null where it is trusted unseen. */
    default @Nullable LookaheadCorrection correction() {
        return null;
    }

    /** Returns the sparse attention of long prefills, or null where the prefill is always dense. */
    default @Nullable SparsePrefill sparsePrefill() {
        return null;
    }

    /** Returns this policy for one request, some of whose tokens are to keep their KV pairs whatever their scores. */
    default CachePolicy protecting(ProtectedTokens tokens) {
        return tokens.isEmpty() ? this : new ProtectedKeys(this, tokens);
    }

    /** Returns whether {@link #withReceivedScores} must be called before this policy can keep anything. */
    default boolean needsReceivedScores() {
        return false;
    }

    /**
     * Returns this policy for one request whose prompt tokens were scored elsewhere; itself if it reads no such scores.
     *
     * @param tokenScores [promptTokens], finite
     */
    default CachePolicy withReceivedScores(float[] tokenScores) {
        return this;
    }
}
