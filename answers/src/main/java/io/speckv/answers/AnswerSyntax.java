package io.speckv.answers;

import java.util.Optional;

/**
 * How to read one answer.
 *
 * @param calls how the model writes calls; {@link CallFormat#NONE} finds no calls
 * @param reasoning marks of reasoning; empty finds no reasoning
 * @param opened whether the prompt already opened the reasoning, so that the answer begins within it
 */
public record AnswerSyntax(CallFormat calls, Optional<ReasoningMarks> reasoning, boolean opened) {
    /** Reads the whole answer as text. */
    public static final AnswerSyntax PLAIN = new AnswerSyntax(CallFormat.NONE, Optional.empty(), false);
}
