package io.speckv.http.answer;

import io.speckv.proto.v1.AnswerMarks;
import java.util.List;

/**
 * Counts the tokens of reasoning: up to the token that ends it, where it is a single one, else as exactly as pieces of text
 * tell.
 */
final class ReasoningTokens {
    /** Nothing is reasoning. */
    static final ReasoningTokens NONE = new ReasoningTokens(AnswerMarks.getDefaultInstance());

    private final AnswerMarks marks;
    private boolean ended;
    private int counted;

    ReasoningTokens(AnswerMarks marks) {
        this.marks = marks;
        this.ended = marks.getReasoningStart().isEmpty();
    }

    /** @param reasoning whether the tokens, or some of them, belong to reasoning by their text */
    void count(List<Integer> tokens, boolean reasoning) {
        if (!marks.hasReasoningEndTokenId()) {
            counted += !ended && reasoning ? tokens.size() : 0;
            return;
        }
        for (int token : tokens) {
            if (!ended) {
                counted++;
                ended = token == marks.getReasoningEndTokenId();
            }
        }
    }

    int counted() {
        return counted;
    }
}
