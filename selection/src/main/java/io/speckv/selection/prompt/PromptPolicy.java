package io.speckv.selection.prompt;

import io.speckv.selection.ProtectedTokens;

/** Which prompt tokens reach the target. Immutable: a policy holds settings and no state of a request. */
public sealed interface PromptPolicy
        permits KeepAll, SpecPc, SpecPrefill, TokenClassification, MiddleTruncation, RandomTokens {

    /** Returns where the scores that {@link #keep} reads come from. */
    ScoreSource scoreSource();

    /** Returns whether a prompt of this length loses tokens; if not, nothing needs to be scored. */
    boolean compresses(int promptTokens);

    /** Returns the most positions that {@link #keep} ever keeps of a prompt of this length. */
    int mostKept(int promptTokens);

    /**
     * Returns the kept prompt positions, ascending and distinct.
     *
     * @param promptTokens length of the prompt
     * @param scores [promptTokens], finite; empty if {@link #scoreSource} is none or the prompt stays whole
     * @param layout what else to take into account; protected positions are kept whatever their scores are, and scores
     *     decide about the rest of the budget
     * @throws IllegalArgumentException naming the two lengths, the first score that is NaN or infinite, or how many more
     *     tokens are protected than {@link #mostKept} allows
     */
    int[] keep(int promptTokens, float[] scores, PromptLayout layout);

    /** Returns the kept prompt positions of running text. */
    default int[] keep(int promptTokens, float[] scores, ProtectedTokens protectedTokens) {
        return keep(promptTokens, scores, PromptLayout.of(protectedTokens));
    }

    /** Returns the kept prompt positions if none is protected. */
    default int[] keep(int promptTokens, float[] scores) {
        return keep(promptTokens, scores, ProtectedTokens.NONE);
    }

    /** Returns how the text is treated. */
    default TextRules text() {
        return TextRules.NONE;
    }

    /** Returns whether it matters where a prompt's lines of code and tables are. */
    default boolean readsLines() {
        return text().wholeLines();
    }

    /** Returns whether the target gets the kept tokens at their old positions or, by default, as a contiguous prompt. */
    default boolean keepsOriginalPositions() {
        return false;
    }
}
