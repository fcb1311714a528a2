package io.speckv.router.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a target may send: tokens in order, of the vocabulary, as many as asked for, then one end. */
class AnswerCheckTest {
    private final AnswerCheck check = new AnswerCheck(256, 4);

    private static TokenDelta tokens(int first, Integer... ids) {
        return TokenDelta.newBuilder()
                .setFirstIndex(first)
                .addAllTokenIds(java.util.List.of(ids))
                .build();
    }

    private static GenerationFinished end(FinishReason reason) {
        return GenerationFinished.newBuilder().setFinishReason(reason).build();
    }

    @Test
    void takesAWholeAnswer() {
        assertThat(check.next(tokens(0, 0, 255))).isEmpty();
        assertThat(check.next(TokenDelta.newBuilder().setText("late text").build()))
                .isEmpty();
        assertThat(check.next(tokens(2, 7, 7))).isEmpty();
        assertThat(check.end(end(FinishReason.FINISH_REASON_MAX_NEW_TOKENS))).isEmpty();
    }

    @Test
    void takesAnAnswerOfNoTokensThatEndsTheText() {
        assertThat(check.end(end(FinishReason.FINISH_REASON_END_OF_TEXT))).isEmpty();
    }

    @Test
    void refusesTokensOutOfPlace() {
        assertThat(check.next(tokens(1, 5))).contains("tokens from place 1 on, where 0 follows");
        assertThat(check.next(tokens(0, 5))).isEmpty();
        assertThat(check.next(tokens(0, 5))).contains("tokens from place 0 on, where 1 follows");
        assertThat(check.next(tokens(-1, 5))).contains("tokens from place 4294967295 on, where 1 follows");
    }

    @Test
    void refusesTokensBeyondTheVocabularyOrTheCount() {
        assertThat(check.next(tokens(0, 256))).contains("token 256, where the vocabulary has 256");
        assertThat(check.next(tokens(0, -1))).contains("token 4294967295, where the vocabulary has 256");
        TokenDelta million = TokenDelta.newBuilder()
                .addAllTokenIds(Collections.nCopies(1_000_000, 1))
                .build();
        assertThat(check.next(million)).contains("1000000 tokens, where at most 4 were asked for");
    }

    @Test
    void refusesAnEndThatIsNone() {
        assertThat(check.end(end(FinishReason.FINISH_REASON_MAX_NEW_TOKENS)))
                .contains("the end of the answer at its most tokens, 4, after 0");
        assertThat(check.end(end(FinishReason.FINISH_REASON_STOP))).contains("the end of the answer twice");
        assertThat(check.next(tokens(0, 1))).contains("tokens after the end of the answer");
    }

    @Test
    void refusesLogProbabilitiesOfOtherTokens() {
        TokenDelta two = tokens(0, 1, 2).toBuilder()
                .addLogprobs(TokenLogprobs.getDefaultInstance())
                .build();
        assertThat(check.next(two)).isEqualTo(Optional.of("1 log probabilities for 2 tokens"));
    }
}
