package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link Penalties} through {@link Steering}: each row is the whole of what changes before a token is chosen. */
class PenaltiesTest {
    private static final float[] LOGITS = {2, -2, 1, 0};

    private static float[] applied(Shaping shaping, int[] prompt, int... generated) {
        return applied(shaping, LOGITS, prompt, generated);
    }

    private static float[] applied(Shaping shaping, float[] logits, int[] prompt, int... generated) {
        return new Steering(shaping.settings(), prompt, Set.of())
                .changes(generated)
                .applied(logits);
    }

    @Test
    void withoutAnyTheLogitsAreTheSameArray() {
        assertThat(applied(Shaping.NONE, LOGITS, new int[] {0}, 1)).isSameAs(LOGITS);
    }

    @Test
    void repetitionDividesWhatIsLikelyAndMultipliesWhatIsNot() {
        Shaping twice = Shaping.NONE.penalties(2, 0, 0);
        assertThat(applied(twice, new int[] {0, 1}, 3)).containsExactly(1, -4, 1, 0);
        assertThat(applied(twice, new int[0], 0, 0, 0)).as("however often").containsExactly(1, -2, 1, 0);
        assertThat(applied(twice, new int[] {0}, 0))
                .as("in the prompt and in the answer")
                .containsExactly(1, -2, 1, 0);
    }

    @Test
    void aRepetitionPenaltyBelowOneFavoursWhatWasSaid() {
        assertThat(applied(Shaping.NONE.penalties(0.5, 0, 0), new int[] {0, 1})).containsExactly(4, -1, 1, 0);
    }

    @Test
    void presenceCountsOnceAndFrequencyEachTime() {
        assertThat(applied(Shaping.NONE.penalties(1, 0.5, 0), new int[] {2}, 0, 0, 1))
                .as("the prompt does not count")
                .containsExactly(1.5f, -2.5f, 1, 0);
        assertThat(applied(Shaping.NONE.penalties(1, 0, 0.25), new int[] {2}, 0, 0, 1))
                .containsExactly(1.5f, -2.25f, 1, 0);
    }

    @Test
    void allTogetherAreInHuggingFacesOrder() {
        assertThat(applied(Shaping.NONE.penalties(2, 0.5, 0.25), new int[] {1}, 0, 0))
                .as("divided first, then less")
                .containsExactly(new float[] {1 - 0.5f - 2 * 0.25f, -4, 1, 0}, within(1e-6f));
    }

    @Test
    void whatIsBorrowedIsNotChanged() {
        float[] logits = LOGITS.clone();
        float[] penalised = applied(Shaping.NONE.penalties(2, 1, 1), logits, new int[] {0}, 1);
        assertThat(penalised).isNotSameAs(logits);
        assertThat(logits).containsExactly(LOGITS);
    }

    @Test
    void anImpossibleTokenStaysImpossible() {
        float[] logits = {Float.NEGATIVE_INFINITY, 1};
        assertThat(applied(Shaping.NONE.penalties(1.5, 2, 2), logits, new int[] {0}, 0))
                .containsExactly(Float.NEGATIVE_INFINITY, 1);
    }
}
