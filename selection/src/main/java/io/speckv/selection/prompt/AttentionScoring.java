package io.speckv.selection.prompt;

import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Reduction;
import org.jspecify.annotations.Nullable;

/**
 * How a draft's attention becomes one score per prompt token. The draft generates {@code lookaheadTokens} tokens; step
 * 0 is the prefill with its last {@code windowSize} queries, every later step has the one query of a fed-back token
 * (the last generated token is never fed back). Per step: softmax in fp32 over the visible keys, weights, reduction
 * over queries, then over heads and layers, cut to the prompt's keys; then reduction over steps.
 *
 * @param windowSize last prompt tokens whose queries observe in the prefill; in a shorter prompt all queries observe
 * @param weightedQueries whether prefill query r of W is weighted r/(W-1) (oldest 0, last prompt token 1; W = 1: 1)
 * @param startingLayerIndex draft layers below it are ignored
 * @param overQueries reduction over a step's queries; equal to {@code withinStep} in the reference's code
 * @param withinStep reduction over heads and layers
 * @param acrossSteps reduction over steps
 * @param promptKeysOnly whether softmax runs over the prompt's keys alone (SpecPrefill) or over all visible keys (SpecPC)
 * @param lookaheadTokens tokens the draft generates, or null for the request's max_new_tokens
 * @param meanPoolKernel odd kernel of a zero-padded mean over each head's row before any reduction; 1 = none
 */
public record AttentionScoring(
        int windowSize,
        boolean weightedQueries,
        int startingLayerIndex,
        Reduction overQueries,
        Reduction withinStep,
        Reduction acrossSteps,
        boolean promptKeysOnly,
        @Nullable Integer lookaheadTokens,
        int meanPoolKernel) {

    public AttentionScoring {
        InvalidSettingException.require(windowSize >= 1, "window_size", windowSize, "must be at least 1");
        InvalidSettingException.require(
                startingLayerIndex >= 0, "starting_layer_index", startingLayerIndex, "must not be negative");
        if (lookaheadTokens != null) {
            InvalidSettingException.require(
                    lookaheadTokens >= 1, "lookahead_tokens", lookaheadTokens, "must be at least 1, or null");
        }
        InvalidSettingException.require(
                meanPoolKernel >= 1 && meanPoolKernel % 2 == 1,
                "kernel_size",
                meanPoolKernel,
                "must be odd and at least 1");
    }

    /** Returns this with {@code tokens} lookahead tokens, at least 1. */
    AttentionScoring withLookahead(int tokens) {
        return new AttentionScoring(
                windowSize,
                weightedQueries,
                startingLayerIndex,
                overQueries,
                withinStep,
                acrossSteps,
                promptKeysOnly,
                tokens,
                meanPoolKernel);
    }

    /** Returns how many tokens the draft generates for a request of {@code maxNewTokens}. */
    public int lookaheadFor(int maxNewTokens) {
        return lookaheadTokens == null ? maxNewTokens : lookaheadTokens;
    }
}
