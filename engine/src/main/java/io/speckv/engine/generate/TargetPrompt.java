package io.speckv.engine.generate;

import io.speckv.engine.checkpoint.config.LayerShape;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.engine.torch.PrefixLease;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.LookaheadCorrection;
import io.speckv.selection.cache.LookaheadSource;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The prompt and lookahead that a target reads.
 *
 * @param tokens prompt tokens, at least one
 * @param positions rotary position of each token, ascending
 * @param continuesAt position of the first generated token
 * @param policy which KV pairs stay
 * @param lookahead tokens that probably follow the prompt; they help to choose the KV pairs
 * @param verifiesLookahead whether lookahead tokens that the target would have chosen itself count as generated
 */
public record TargetPrompt(
        int[] tokens,
        int[] positions,
        int continuesAt,
        CachePolicy policy,
        int[] lookahead,
        boolean verifiesLookahead) {

    public TargetPrompt {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("a prompt needs at least one token");
        }
        if (positions.length != tokens.length) {
            throw new IllegalArgumentException(tokens.length + " tokens at " + positions.length + " positions");
        }
    }

    /** A prompt at positions 0, 1, 2 and so on. */
    public static TargetPrompt contiguous(
            int[] tokens, CachePolicy policy, int[] lookahead, boolean verifiesLookahead) {
        return new TargetPrompt(
                tokens,
                IntStream.range(0, tokens.length).toArray(),
                tokens.length,
                policy,
                lookahead,
                verifiesLookahead);
    }

    /** Returns the same prompt with another policy. */
    TargetPrompt withPolicy(CachePolicy other) {
        return new TargetPrompt(tokens, positions, continuesAt, other, lookahead, verifiesLookahead);
    }

    /** Returns the same prompt with another lookahead. */
    public TargetPrompt withLookahead(int[] tokensThatFollow) {
        return new TargetPrompt(tokens, positions, continuesAt, policy, tokensThatFollow, verifiesLookahead);
    }

    /**
     * Returns the cached prefix of the prompt. Tokens at positions of a longer prompt share no prefix. Neither do sparse
     * prefills, whose keys depend on the whole prompt.
     *
     * @param prefixes the cache, or null for none
     * @param fewestLookahead fewest lookahead tokens that will follow; the eviction knows the most
     */
    PrefixLease prefix(@Nullable PrefixCache prefixes, Eviction eviction, int fewestLookahead) {
        int most = eviction.largestLookahead();
        return prefixes != null && continuesAt == tokens.length && eviction.isDense(most)
                ? prefixes.lease(
                        tokens, Math.min(eviction.withoutQueries(fewestLookahead), eviction.withoutQueries(most)))
                : PrefixLease.NONE;
    }

    /**
     * Returns whether the prompt can be read before its lookahead is known. It cannot if a sparse prefill chooses its
     * columns by the lookahead, or if the target drafts its own lookahead.
     *
     * @param mostLookahead tokens that may follow
     */
    public boolean canBeginWithoutLookahead(int mostLookahead) {
        boolean drafts =
                policy.compresses(tokens.length) && policy.lookaheadSource().pseudoDecoding() != null;
        return tokens.length > 1
                && !drafts
                && new Eviction(policy, tokens.length, mostLookahead, false).isDense(mostLookahead);
    }

    /**
     * Returns the number of lookahead tokens that go through the target: 0 if they would neither choose KV pairs nor be
     * verified.
     */
    int lookaheadFed() {
        return policy.compresses(tokens.length) || verifiesLookahead ? lookahead.length : 0;
    }

    /**
     * Returns the most keys that a KV head holds while this prompt is prefilled, if eviction keeps at most {@code kept} of
     * its keys.
     */
    public int slotTokens(int kept) {
        int prompt = policy.compresses(tokens.length) ? Math.min(kept + 1, tokens.length) : tokens.length;
        LookaheadCorrection correction = policy.correction();
        int decoded = correction == null ? 0 : correction.decoding().tokens();
        return prompt + Math.max(lookaheadFed(), decoded);
    }

    /**
     * Returns the most keys that a KV head holds from prefill to the last token, so that a slot can be chosen before the
     * lookahead is known.
     *
     * @param target the target's shape; layers with a window keep the keys in that window
     * @param lookahead most lookahead tokens that may follow
     * @param newTokens most tokens to generate
     */
    public static int slotTokens(
            CachePolicy policy, int promptTokens, ModelShape target, int lookahead, int newTokens) {
        if (!policy.compresses(promptTokens)) {
            return promptTokens + Math.max(lookahead, newTokens);
        }
        int kvHeads = target.kvHeads();
        int windows = target.layerShapes().stream()
                .filter(layer -> layer.isLocalIn(promptTokens))
                .mapToInt(LayerShape::window)
                .max()
                .orElse(0);
        int kept = Math.max(Math.min(policy.mostKept(promptTokens, kvHeads) + 1, promptTokens), windows);
        LookaheadCorrection correction = policy.correction();
        LookaheadSource.PseudoDecoding pseudo =
                correction == null ? policy.lookaheadSource().pseudoDecoding() : correction.decoding();
        int tail = Math.max(lookahead, newTokens);
        if (pseudo == null) {
            return kept + tail;
        }
        int stageOne = Math.max(pseudo.stageOne().mostKept(promptTokens, kvHeads), windows);
        int decoded = correction == null ? pseudo.tokens() : Math.max(pseudo.tokens(), lookahead);
        return Math.max(kept + tail, stageOne + decoded);
    }
}
