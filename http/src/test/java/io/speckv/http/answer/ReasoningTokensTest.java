package io.speckv.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.AnswerMarks;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReasoningTokensTest {
    private static final int END = 5;
    private static final AnswerMarks BY_TEXT = AnswerMarks.newBuilder()
            .setReasoningStart("<think>")
            .setReasoningEnd("</think>")
            .build();
    private static final AnswerMarks BY_TOKEN =
            BY_TEXT.toBuilder().setReasoningEndTokenId(END).build();

    @Test
    void theTokenThatEndsReasoningIsTheLastThatCounts() {
        ReasoningTokens tokens = new ReasoningTokens(BY_TOKEN);
        tokens.count(List.of(1, 2), true);
        tokens.count(List.of(3, END, 4), true);
        tokens.count(List.of(6, END), false);

        assertThat(tokens.counted()).isEqualTo(4);
    }

    @Test
    void withoutSuchATokenPiecesCountThatAreReasoningAtLeastInPart() {
        ReasoningTokens tokens = new ReasoningTokens(BY_TEXT);
        tokens.count(List.of(1, 2), true);
        tokens.count(List.of(3), false);
        tokens.count(List.of(END, 4), true);

        assertThat(tokens.counted()).isEqualTo(4);
    }

    @Test
    void aModelThatDoesNotReasonHasNone() {
        for (AnswerMarks marks : List.of(
                AnswerMarks.getDefaultInstance(),
                AnswerMarks.newBuilder().setReasoningEndTokenId(END).build())) {
            ReasoningTokens tokens = new ReasoningTokens(marks);
            tokens.count(List.of(1, END), true);

            assertThat(tokens.counted()).isZero();
        }
        assertThat(ReasoningTokens.NONE.counted()).isZero();
    }
}
