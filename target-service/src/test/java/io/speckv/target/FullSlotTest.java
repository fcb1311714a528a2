package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.GenerationStart;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A prompt and an answer that fill the largest slot to its last token leave no room for what a draft guesses beyond them. */
class FullSlotTest {
    private static final int SLOT = 200;
    private static final int NEW_TOKENS = 4;
    private static final int LOOKAHEAD = 16;

    private static GenerationStart.Builder start() {
        return LoopbackTarget.start(LoopbackTarget.prompt(SLOT - NEW_TOKENS), NEW_TOKENS);
    }

    @Test
    void whatIsVerifiedAloneNeedsNoRoomBehindTheAnswer() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", "--slots.large.tokens=" + SLOT)) {
            int[] greedy = target.generate(start().build()).tokens();
            int[] guess = Arrays.copyOf(greedy, LOOKAHEAD);
            TargetCall.Result guessed = target.generate(start().setLookahead(LoopbackTarget.lookahead(0, true, guess))
                    .build());
            TargetCall.Result partly =
                    target.generate(start().setLookahead(LoopbackTarget.lookahead(0, true, Arrays.copyOf(guess, 2)))
                            .build());

            assertThat(greedy).hasSize(NEW_TOKENS);
            assertThat(guessed.tokens()).isEqualTo(greedy);
            assertThat(guessed.finished().getLookahead().getAcceptedTokenCount())
                    .isEqualTo(NEW_TOKENS);
            assertThat(partly.tokens()).isEqualTo(greedy);
        }
    }

    @Test
    void whatChoosesKvPairsIsReadWhole() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", "--slots.large.tokens=" + SLOT)) {
            GenerationStart.Builder chosen = start();
            chosen.getMethodBuilder().setName("speckv");
            TargetCall.Result answer = target.generate(
                    chosen.setLookahead(LoopbackTarget.lookahead(0, true, LoopbackTarget.prompt(LOOKAHEAD)))
                            .build());

            assertThat(answer.tokens()).hasSize(NEW_TOKENS);
            assertThat(answer.finished().getLookahead().getReceivedTokenCount()).isEqualTo(LOOKAHEAD);
        }
    }
}
