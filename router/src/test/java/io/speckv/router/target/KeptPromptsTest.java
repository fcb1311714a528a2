package io.speckv.router.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cascade.KeptPrompt;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.PositionRule;
import io.speckv.selection.ProtectedTokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptPromptsTest {
    private static final int[] TOKENS = {11, 22, 33};
    private static final float[] NO_SCORES = {};

    @Test
    void aWholePromptIsItsTokens() {
        var message = KeptPrompts.toProto(
                new KeptPrompt(TOKENS, new int[] {0, 1, 2}, 3, false, NO_SCORES), ProtectedTokens.NONE);
        assertThat(message.getTokenIdsList()).containsExactly(11, 22, 33);
        assertThat(message.getOriginalTokenCount()).isEqualTo(3);
        assertThat(message.getOriginalPositionsList()).isEmpty();
        assertThat(message.getPositionRule()).isEqualTo(PositionRule.POSITION_RULE_UNSPECIFIED);
        assertThat(message.hasScores()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"false, POSITION_RULE_RENUMBERED", "true, POSITION_RULE_ORIGINAL"})
    void aShorterOneSaysWhereItsTokensStoodAndWhatTheModelIsToSee(boolean original, PositionRule rule) {
        var message = KeptPrompts.toProto(
                new KeptPrompt(TOKENS, new int[] {0, 4, 9}, 10, original, NO_SCORES), ProtectedTokens.NONE);
        assertThat(message.getOriginalPositionsList()).containsExactly(0, 4, 9);
        assertThat(message.getOriginalTokenCount()).isEqualTo(10);
        assertThat(message.getPositionRule()).isEqualTo(rule);
    }

    @Test
    void scoresAreThoseOfTheKeptTokens() {
        float[] scores = {0.5f, 0.25f, 1f};
        var message = KeptPrompts.toProto(
                new KeptPrompt(TOKENS, new int[] {0, 4, 9}, 10, false, scores), ProtectedTokens.NONE);
        assertThat(ScoreVectors.fromProto(message.getScores(), "scores")).containsExactly(scores);
    }

    @Test
    void aSingleTokenHasItsScoreToo() {
        var message = KeptPrompts.toProto(
                new KeptPrompt(new int[] {22}, new int[] {4}, 10, false, new float[] {0.25f}), ProtectedTokens.NONE);
        assertThat(ScoreVectors.fromProto(message.getScores(), "scores")).containsExactly(0.25f);
    }

    @Test
    void protectedTokensAreNamedByTheirPlacesAmongTheKeptOnes() {
        var message = KeptPrompts.toProto(
                new KeptPrompt(TOKENS, new int[] {0, 4, 9}, 10, false, NO_SCORES),
                ProtectedTokens.of(new int[] {0, 9}));
        assertThat(message.getProtectedPlacesList()).containsExactly(0, 2);
    }
}
