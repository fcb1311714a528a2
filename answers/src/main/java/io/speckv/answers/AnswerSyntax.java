package io.speckv.answers;

import java.util.Optional;

/**
 * How one answer is to be read.
 *
 * @param calls how the model writes calls; {@link CallFormat#NONE} where none are looked for
 * @param reasoning marks of reasoning; nothing where none is looked for
 * @param opened whether the prompt opened the reasoning already, so that the answer begins within it
 */
public record AnswerSyntax(CallFormat calls, Optional<ReasoningMarks> reasoning, boolean opened) {
    /** Everything is text. */
    public static final AnswerSyntax PLAIN = new AnswerSyntax(CallFormat.NONE, Optional.empty(), false);
}
