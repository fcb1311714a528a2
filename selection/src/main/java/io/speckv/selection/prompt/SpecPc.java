package io.speckv.selection.prompt;

import io.speckv.selection.Budget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Lines;
import io.speckv.selection.Neighbours;
import io.speckv.selection.Pooling;
import io.speckv.selection.Scores;
import io.speckv.selection.TopK;
import io.speckv.selection.Window;
import java.util.Arrays;

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
 * <p>With whole lines (not in the paper), a ranked position in a line of code or of a table emits all of that line instead
 * of its neighbours, if the line fits. Then a larger budget need not keep all that a smaller one keeps.
 *
 * @param neighbourTokens positions kept around and including each ranked one; 0 keeps it alone
 */
public record SpecPc(
        AttentionScoring scoring,
        Budget budget,
        Pooling pooling,
        int neighbourTokens,
        @Override TextRules text) implements PromptPolicy {

    public SpecPc {
        InvalidSettingException.require(
                neighbourTokens >= 0, "neighbor_tokens", neighbourTokens, "must not be negative");
        budget.requireRoomBeside(scoring.windowSize());
    }

    /** The paper's method, which knows nothing of the text. */
    public SpecPc(AttentionScoring scoring, Budget budget, Pooling pooling, int neighbourTokens) {
        this(scoring, budget, pooling, neighbourTokens, TextRules.NONE);
    }

    /** Returns this with {@code lookaheadTokens} that score, at least 1. */
    public SpecPc scoredWith(int lookaheadTokens) {
        return new SpecPc(scoring.withLookahead(lookaheadTokens), budget, pooling, neighbourTokens, text);
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
    public int[] keep(int promptTokens, float[] scores, PromptLayout layout) {
        if (!compresses(promptTokens)) {
            return Window.range(0, promptTokens);
        }
        Scores.requireFinite(scores, promptTokens);
        int most = mostKept(promptTokens);
        layout.protectedTokens().requireWithin(most);
        Emission emission = new Emission(promptTokens, layout.protectedTokens(), most);
        for (int position : Window.last(promptTokens, Math.min(emission.room(), scoring.windowSize()))) {
            emission.emit(position, position + 1);
        }
        if (text.wholeLines() && !layout.lines().isEmpty()) {
            emitLines(emission, TopK.ranked(pooling.apply(scores), promptTokens), layout.lines());
        } else {
            emitTokens(emission, TopK.ranked(pooling.apply(scores), most), promptTokens);
        }
        return emission.kept(budget, scores, text.marks() ? layout.markTokens() : 0);
    }

    private void emitTokens(Emission emission, int[] ranked, int promptTokens) {
        int[] offsets = Neighbours.offsets(neighbourTokens);
        for (int r = 0; r < ranked.length && !emission.isFull(); r++) {
            for (int offset : offsets) {
                int position = within(promptTokens, ranked[r] + offset);
                emission.emit(position, position + 1);
            }
        }
    }

    /**
     * The neighbours of a token in a line are the line's other tokens. Those of a token in running text end where a line
     * begins.
     */
    private void emitLines(Emission emission, int[] ranked, Lines lines) {
        int promptTokens = ranked.length;
        Pieces pieces = Pieces.lineByLine(promptTokens, lines, 1);
        int[] piece = pieces.ofTokens();
        boolean[] inLine = new boolean[promptTokens];
        for (int i = 0; i < lines.count(); i++) {
            Arrays.fill(inLine, lines.start(i), lines.end(i), true);
        }
        int[] offsets = Neighbours.offsets(neighbourTokens);
        for (int r = 0; r < ranked.length && !emission.isFull(); r++) {
            int own = piece[ranked[r]];
            emission.emit(pieces.start(own), pieces.end(own));
            for (int o = 0; o < offsets.length && !inLine[ranked[r]]; o++) {
                int position = within(promptTokens, ranked[r] + offsets[o]);
                if (!inLine[position]) {
                    emission.emit(position, position + 1);
                }
            }
        }
    }

    private static int within(int promptTokens, int position) {
        return Math.min(promptTokens - 1, Math.max(0, position));
    }
}
