package io.speckv.selection.prompt;

/** Which prompt tokens reach the target. Immutable: a policy holds settings, never anything of a request. */
public sealed interface PromptPolicy
        permits KeepAll, SpecPc, SpecPrefill, TokenClassification, MiddleTruncation, RandomTokens {

    /** Returns where the scores that {@link #keep} reads come from. */
    ScoreSource scoreSource();

    /** Returns whether a prompt of this length loses tokens; if not, nothing needs to be scored. */
    boolean compresses(int promptTokens);

    /**
     * Returns the kept prompt positions, ascending and distinct.
     *
     * @param promptTokens length of the prompt
     * @param scores [promptTokens], finite; empty if {@link #scoreSource} is none or the prompt stays whole
     * @throws IllegalArgumentException naming the two lengths, or the first score that is NaN or infinite
     */
    int[] keep(int promptTokens, float[] scores);

    /** Returns whether the target gets the kept tokens at their old positions or, by default, as a contiguous prompt. */
    default boolean keepsOriginalPositions() {
        return false;
    }
}
