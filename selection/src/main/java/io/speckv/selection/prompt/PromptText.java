package io.speckv.selection.prompt;

import io.speckv.selection.Lines;

/**
 * What is known of the text of a prompt, as far as its policy asks for it.
 *
 * @param lines of code and of tables
 * @param mark tokens that stand where text was left out; borrowed
 */
@SuppressWarnings("ArrayRecordComponent")
public record PromptText(Lines lines, int[] mark) {
    /** Nothing. */
    public static final PromptText NONE = new PromptText(Lines.NONE, new int[0]);
}
