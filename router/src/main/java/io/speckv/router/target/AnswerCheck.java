package io.speckv.router.target;

import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenDelta;
import java.util.Optional;

/** Checks a target's messages against the request. The router passes on only checked messages. */
final class AnswerCheck {
    private final int vocabSize;
    private final int mostTokens;
    private int tokens;
    private boolean finished;

    /**
     * @param vocabSize every token is below it
     * @param mostTokens that were asked for
     */
    AnswerCheck(int vocabSize, int mostTokens) {
        this.vocabSize = vocabSize;
        this.mostTokens = mostTokens;
    }

    /** Returns what is wrong with the next tokens, if anything. */
    Optional<String> next(TokenDelta delta) {
        if (finished) {
            return Optional.of("tokens after the end of the answer");
        }
        int count = delta.getTokenIdsCount();
        if (count > 0 && delta.getFirstIndex() != tokens) {
            return Optional.of("tokens from place %s on, where %d follows"
                    .formatted(Integer.toUnsignedString(delta.getFirstIndex()), tokens));
        }
        if (count > mostTokens - tokens) {
            return Optional.of(
                    "%d tokens, where at most %d were asked for".formatted(tokens + (long) count, mostTokens));
        }
        for (int id : delta.getTokenIdsList()) {
            if (id < 0 || id >= vocabSize) {
                return Optional.of(
                        "token %s, where the vocabulary has %d".formatted(Integer.toUnsignedString(id), vocabSize));
            }
        }
        if (delta.getLogprobsCount() > 0 && delta.getLogprobsCount() != count) {
            return Optional.of("%d log probabilities for %d tokens".formatted(delta.getLogprobsCount(), count));
        }
        tokens += count;
        return Optional.empty();
    }

    /** Returns what is wrong with the end of the answer, if anything. */
    Optional<String> end(GenerationFinished last) {
        if (finished) {
            return Optional.of("the end of the answer twice");
        }
        finished = true;
        boolean counted = !last.getTokenIdsFromText();
        if (counted && last.getFinishReason() == FinishReason.FINISH_REASON_MAX_NEW_TOKENS && tokens != mostTokens) {
            return Optional.of("the end of the answer at its most tokens, %d, after %d".formatted(mostTokens, tokens));
        }
        return Optional.empty();
    }

    /** Returns the number of tokens so far. */
    int tokens() {
        return tokens;
    }
}
