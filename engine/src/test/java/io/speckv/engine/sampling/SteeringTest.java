package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a model that ends with token 3. Here and in PenaltiesTest {@link LogitChanges} are applied, each kind alone and together. */
class SteeringTest {
    private static final float[] LOGITS = {1, 2, 3, 4};
    private static final float NEVER = Float.NEGATIVE_INFINITY;

    private static SamplingSettings settings(boolean ignoreEos, int least, Map<Integer, Float> bias, Integer... stops) {
        return new SamplingSettings(
                1, 0, 1, 0, 1, 0, 0, null, 100, List.of(), Set.of(stops), ignoreEos, -1, least, bias);
    }

    private static float[] steered(SamplingSettings settings, int generated) {
        return steering(settings, 3).changes(new int[generated]).applied(LOGITS);
    }

    private static Steering steering(SamplingSettings settings, Integer... ends) {
        return new Steering(settings, new int[0], Set.of(ends));
    }

    @Test
    void withoutAnyTheLogitsAreTheSameArray() {
        Steering none = steering(settings(false, 0, Map.of()), 3);
        assertThat(none.changes(new int[0]).applied(LOGITS)).isSameAs(LOGITS);
        Steering longEnough = steering(settings(false, 5, Map.of()), 3);
        assertThat(longEnough.changes(new int[5]).applied(LOGITS)).isSameAs(LOGITS);
    }

    @Test
    void biasesAreAdded() {
        assertThat(steered(settings(false, 0, Map.of(0, 5f, 3, -100f)), 0)).containsExactly(6, 2, 3, -96);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "4, false", "5, true", "6, true"})
    void noTokenEndsAnAnswerThatIsTooShort(int generated, boolean mayEnd) {
        assertThat(steered(settings(false, 5, Map.of(), 1), generated))
                .containsExactly(1, mayEnd ? 2 : NEVER, 3, mayEnd ? 4 : NEVER);
    }

    @Test
    void theModelsOwnEndMayComeWhereItIsIgnored() {
        assertThat(steered(settings(true, 5, Map.of(), 1), 0)).containsExactly(1, NEVER, 3, 4);
        assertThat(steered(settings(true, 5, Map.of()), 0)).containsExactly(LOGITS);
    }

    @Test
    void aBiasDoesNotBringAForbiddenTokenBack() {
        assertThat(steered(settings(false, 5, Map.of(3, 100f)), 0)).containsExactly(1, 2, 3, NEVER);
    }

    @Test
    void endTokensBeyondTheVocabularyForbidNothing() {
        Steering steering = steering(settings(false, 5, Map.of()), 3, 4, 100);
        assertThat(steering.changes(new int[0]).applied(LOGITS)).containsExactly(1, 2, 3, NEVER);
    }

    @Test
    void whatIsBorrowedIsNotChanged() {
        float[] logits = LOGITS.clone();
        var unused = steering(settings(false, 5, Map.of(0, 1f)), 3)
                .changes(new int[0])
                .applied(logits);
        assertThat(logits).containsExactly(LOGITS);
    }
}
