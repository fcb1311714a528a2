package io.speckv.target;

import io.speckv.cascade.KeptPrompt;
import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.TargetPrompt;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.target.speculation.SpeculatedTokens;
import io.speckv.text.SpecialTokens;
import java.util.Arrays;
import java.util.Set;

/**
 * A valid request to generate.
 *
 * @param requestId id that the caller gave
 * @param kept the kept prompt: its ids and their positions
 * @param policy which KV pairs stay
 * @param verifiesLookahead whether lookahead that the target agrees with counts as generated
 * @param lookahead tokens; more may still be on their way
 * @param speculated the answer that a draft speculates on
 * @param lookaheadWaitNanos how long to wait for lookahead while there is nothing else to do
 * @param sampling of the answer
 * @param special whether special tokens are part of the answer's text
 * @param includesStop whether the stop text or token that ends the answer is part of its text
 * @param seed used if the sampling settings have no seed
 * @param room number of tokens that the model's positions leave for the answer
 * @param slotTokens most keys that a KV head will hold
 * @param reportsPositions whether to report the kept positions
 */
record GenerationRequest(
        String requestId,
        KeptPrompt kept,
        CachePolicy policy,
        boolean verifiesLookahead,
        LookaheadInbox lookahead,
        SpeculatedTokens speculated,
        long lookaheadWaitNanos,
        SamplingSettings sampling,
        SpecialTokens special,
        boolean includesStop,
        long seed,
        int room,
        int slotTokens,
        boolean reportsPositions) {

    /** Returns whether lookahead tokens have a use: to choose KV pairs, or to be verified. */
    static boolean usesLookahead(CachePolicy policy, int promptTokens, boolean verifies) {
        return policy.compresses(promptTokens) ? policy.lookaheadChooses(promptTokens) : verifies;
    }

    /** Returns the ids of the kept prompt. */
    int[] tokens() {
        return kept.tokens();
    }

    boolean usesLookahead() {
        return usesLookahead(policy, kept.size(), verifiesLookahead);
    }

    /**
     * Takes draft tokens: first lookahead, and when that is complete, speculated tokens.
     *
     * @throws io.speckv.kit.failure.RequestException if their place leaves a gap or they are too many
     */
    void take(int firstIndex, int[] draftTokens, boolean complete) {
        if (!speculated.isOn() || !lookahead.isComplete()) {
            lookahead.add(firstIndex, draftTokens, complete, "lookahead");
        }
        if (speculated.isOn()) {
            speculated.replace(firstIndex, draftTokens, "lookahead");
        }
    }

    /** Returns whether the lookahead is complete, or is of no use. */
    boolean isLookaheadHere() {
        return !usesLookahead() || lookahead.isComplete();
    }

    /** Returns the prompt without its lookahead. */
    TargetPrompt prompt() {
        return new TargetPrompt(
                kept.tokens(), kept.positions(), kept.continuesAt(), policy, new int[0], verifiesLookahead);
    }

    /** Returns the lookahead that has arrived. Tokens that arrive later count as late. */
    int[] takeLookahead() {
        int[] here = usesLookahead() ? lookahead.take() : new int[0];
        return Arrays.copyOf(here, Math.min(here.length, usefulLookahead()));
    }

    /** Returns the most tokens that {@link #takeLookahead} may return. */
    int mostLookahead() {
        return Math.min(lookahead.most(), usefulLookahead());
    }

    /** Lookahead that chooses no KV pairs is of no use beyond the answer's last token. */
    private int usefulLookahead() {
        return policy.compresses(kept.size()) ? room : Math.min(room, sampling.maxNewTokens());
    }

    /** Returns the answer before its first token. */
    Answer newAnswer(Set<Integer> endTokens) {
        return new Answer(sampling, seed, kept.tokens(), endTokens, room);
    }
}
