package io.speckv.selection.prompt;

import io.speckv.selection.Lines;
import io.speckv.selection.ProtectedTokens;

/**
 * What a choice of prompt tokens takes into account besides their scores.
 *
 * @param protectedTokens positions that stay
 * @param lines of code and of tables, for policies that keep them whole or cut them differently from running text
 * @param markTokens length of the mark that stands where text was left out, for policies that leave room for it; 0 for none
 */
public record PromptLayout(ProtectedTokens protectedTokens, Lines lines, int markTokens) {
    public PromptLayout {
        if (markTokens < 0) {
            throw new IllegalArgumentException("a mark has " + markTokens + " tokens, must have at least 0");
        }
    }

    /** A prompt of running text without marks. */
    public static PromptLayout of(ProtectedTokens protectedTokens) {
        return new PromptLayout(protectedTokens, Lines.NONE, 0);
    }
}
