package io.speckv.http.answer;

import io.speckv.proto.v1.AnswerMarks;
import java.util.List;

/**
 * Counts the tokens of reasoning: exactly up to the end mark if the mark is a single token, or else as exactly as the pieces of
 * text show.
 */
final class ReasoningTokens {
    /** Counts nothing. */
    static final ReasoningTokens NONE = new ReasoningTokens(AnswerMarks.getDefaultInstance());

    private final AnswerMarks marks;
    private boolean ended;
    private int counted;

    ReasoningTokens(AnswerMarks marks) {
        this.marks = marks;
        this.ended = marks.getReasoningStart().isEmpty();
    }

    /** @param reasoning whether the text of these tokens belongs to reasoning, at least in part */
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
