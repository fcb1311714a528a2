package io.speckv.selection.prompt;

import io.speckv.selection.Lines;

/**
 * What a policy needs to know of the text of a prompt.
 *
 * @param lines of code and of tables
 * @param mark tokens that stand where text was left out; borrowed
 */
@SuppressWarnings("ArrayRecordComponent")
public record PromptText(Lines lines, int[] mark) {
    /** Nothing is known of the text. */
    public static final PromptText NONE = new PromptText(Lines.NONE, new int[0]);
}
