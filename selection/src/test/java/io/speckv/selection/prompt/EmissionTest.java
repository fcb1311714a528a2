package io.speckv.selection.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.ScoreMassBudget;
import org.junit.jupiter.api.Test;

/** Prompts of ten tokens with room for six. */
class EmissionTest {
    private static final int TOKENS = 10;
    private static final int MOST = 6;

    private static Emission emission(int... isProtected) {
        return new Emission(TOKENS, ProtectedTokens.of(isProtected), MOST);
    }

    private static int[] kept(Emission emission) {
        return emission.kept(new FixedBudget(MOST), new float[TOKENS], 0);
    }

    @Test
    void whatWasEmittedIsKeptInOrderOfPositions() {
        Emission emission = emission();
        emission.emit(7, 9);
        emission.emit(2, 4);
        assertThat(kept(emission)).containsExactly(2, 3, 7, 8);
        assertThat(emission.room()).isEqualTo(2);
        assertThat(emission.isFull()).isFalse();
    }

    @Test
    void aPositionIsEmittedOnce() {
        Emission emission = emission();
        emission.emit(2, 5);
        emission.emit(3, 7);
        assertThat(kept(emission)).containsExactly(2, 3, 4, 5, 6);
        assertThat(emission.room()).isEqualTo(1);
    }

    @Test
    void tokensThatDoNotAllFitAreSkipped() {
        Emission emission = emission();
        emission.emit(0, 4);
        emission.emit(5, 8);
        emission.emit(8, 10);
        assertThat(kept(emission)).containsExactly(0, 1, 2, 3, 8, 9);
        assertThat(emission.isFull()).isTrue();
        emission.emit(5, 6);
        assertThat(kept(emission)).containsExactly(0, 1, 2, 3, 8, 9);
    }

    @Test
    void protectedTokensStayAndTakeOfTheRoom() {
        Emission emission = emission(0, 9);
        assertThat(emission.room()).isEqualTo(4);
        emission.emit(8, 10);
        assertThat(emission.room()).as("9 stays anyway").isEqualTo(3);
        assertThat(kept(emission)).containsExactly(0, 8, 9);
    }

    @Test
    void aBudgetThatEndsWithinTokensThatBelongTogetherKeepsThemAll() {
        Emission emission = emission();
        emission.emit(0, 3);
        emission.emit(5, 7);
        assertThat(emission.kept(new FixedBudget(2), new float[TOKENS], 0)).containsExactly(0, 1, 2);
        assertThat(emission.kept(new FixedBudget(4), new float[TOKENS], 0)).containsExactly(0, 1, 2, 5, 6);
    }

    @Test
    void protectedScoresDoNotCountForABudgetOfMass() {
        float[] scores = {100, 0, 0, 0, 0, 4, 3, 2, 1, 0};
        Emission emission = emission(0);
        for (int i = 5; i < 9; i++) {
            emission.emit(i, i + 1);
        }
        int[] half = emission.kept(new ScoreMassBudget(0.5, 1, MOST), scores, 0);
        assertThat(half).as("4 and 3 are more than half of 10").containsExactly(0, 5, 6);
    }

    @Test
    void marksTakeOfTheRoomFromTheLastThatWasEmitted() {
        Emission emission = emission();
        emission.emit(0, 1);
        emission.emit(4, 5);
        emission.emit(9, 10);
        emission.emit(8, 9);
        emission.emit(1, 2);
        emission.emit(5, 6);
        assertThat(kept(emission)).containsExactly(0, 1, 4, 5, 8, 9);
        assertThat(emission.kept(new FixedBudget(MOST), new float[TOKENS], 1))
                .as("two gaps of two tokens, each with a mark of one")
                .containsExactly(0, 4, 8, 9);
    }

    @Test
    void withoutAnythingNothingIsKept() {
        assertThat(kept(emission())).isEmpty();
        Emission emission = emission();
        emission.emit(3, 3);
        assertThat(kept(emission)).isEmpty();
    }
}
