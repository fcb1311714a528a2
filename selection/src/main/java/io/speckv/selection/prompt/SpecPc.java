package io.speckv.selection.prompt;

import io.speckv.selection.Budget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Neighbours;
import io.speckv.selection.Pooling;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.Scores;
import io.speckv.selection.TopK;
import io.speckv.selection.Window;

/**
 * SpecPC: the prompt tokens that a small draft attends to, with their neighbours, and the end of the prompt.
 *
 * <ol>
 *   <li>Smooth the scores, zero-padded.
 *   <li>Rank the positions by smoothed score, of equal ones the earlier first.
 *   <li>Put the window, the last {@code windowSize} tokens, in front; protected tokens are kept besides.
 *   <li>Then emit each ranked position with its neighbours, nearest first, clamped to the prompt, each position once.
 *   <li>Cut to the budget. A score-mass budget weighs the unsmoothed scores, the window's included.
 *   <li>Sort ascending.
 * </ol>
 *
 * <p>The order of steps 3 and 4 does not depend on the budget, so a larger budget keeps all that a smaller one keeps.
 * Prompts shorter than the window or within the budget stay whole. Linear in the prompt. Source: Galim et al. 2025
 * (arXiv:2506.08373), reference {@code specpc.py}; differs in fixing the order of ties and in refusing windows that do
 * not fit the budget, where the reference loses the end of the prompt.
 *
 * @param neighbourTokens positions kept around and including each ranked one; 0 keeps it alone
 */
public record SpecPc(AttentionScoring scoring, Budget budget, Pooling pooling, int neighbourTokens)
        implements PromptPolicy {

    public SpecPc {
        InvalidSettingException.require(
                neighbourTokens >= 0, "neighbor_tokens", neighbourTokens, "must not be negative");
        budget.requireRoomBeside(scoring.windowSize());
    }

    /** Returns this with so many lookahead tokens that score: at least 1. */
    public SpecPc scoredWith(int lookaheadTokens) {
        return new SpecPc(scoring.withLookahead(lookaheadTokens), budget, pooling, neighbourTokens);
    }

    @Override
    public ScoreSource scoreSource() {
        return new ScoreSource.DraftAttention(scoring);
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens > budget.floor(promptTokens);
    }

    @Override
    public int mostKept(int promptTokens) {
        return Math.min(promptTokens, budget.cap(promptTokens));
    }

    @Override
    public int[] keep(int promptTokens, float[] scores, ProtectedTokens protectedTokens) {
        if (!compresses(promptTokens)) {
            return Window.range(0, promptTokens);
        }
        Scores.requireFinite(scores, promptTokens);
        int most = mostKept(promptTokens);
        protectedTokens.requireWithin(most);
        int[] ranked = TopK.ranked(pooling.apply(scores), most);
        int[] order = emissionOrder(ranked, protectedTokens.flags(promptTokens), most - protectedTokens.count());
        float[] mass = protectedTokens.isEmpty() ? scores : without(protectedTokens, scores);
        int[] chosen = Window.sorted(order, budget.take(mass, order, protectedTokens.count()));
        return protectedTokens.with(chosen);
    }

    /** What is protected has no part in the mass that the others are to hold. */
    private static float[] without(ProtectedTokens protectedTokens, float[] scores) {
        float[] others = scores.clone();
        for (int position : protectedTokens.positions()) {
            others[position] = 0;
        }
        return others;
    }

    /**
     * Returns the first {@code most} positions in the order in which the budget is spent.
     *
     * @param emitted {@code [tokens]} that need not be emitted any more
     */
    private int[] emissionOrder(int[] ranked, boolean[] emitted, int most) {
        int promptTokens = emitted.length;
        int[] order = new int[most];
        int count = 0;
        for (int position : Window.last(promptTokens, Math.min(most, scoring.windowSize()))) {
            if (!emitted[position]) {
                emitted[position] = true;
                order[count++] = position;
            }
        }
        int[] offsets = Neighbours.offsets(neighbourTokens);
        for (int r = 0; count < most; r++) {
            for (int o = 0; o < offsets.length && count < most; o++) {
                int position = Math.min(promptTokens - 1, Math.max(0, ranked[r] + offsets[o]));
                if (!emitted[position]) {
                    emitted[position] = true;
                    order[count++] = position;
                }
            }
        }
        return order;
    }
}
