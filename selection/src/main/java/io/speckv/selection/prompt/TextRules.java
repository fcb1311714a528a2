package io.speckv.selection.prompt;

/**
 * How a choice of prompt tokens treats the text they are from.
 *
 * @param wholeLines whether lines of code and of tables stay or go as a whole
 * @param marks whether the target reads a short mark where text was left out; marks count against the budget
 */
public record TextRules(boolean wholeLines, boolean marks) {
    /** Tokens are chosen one by one, and no mark stands where text was left out. */
    public static final TextRules NONE = new TextRules(false, false);
}
