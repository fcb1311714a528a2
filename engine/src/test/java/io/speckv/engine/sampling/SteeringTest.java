package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a model that ends with token 3. */
class SteeringTest {
    private static final float[] LOGITS = {1, 2, 3, 4};
    private static final float NEVER = Float.NEGATIVE_INFINITY;

    private static SamplingSettings settings(boolean ignoreEos, int least, Map<Integer, Float> bias, Integer... stops) {
        return new SamplingSettings(
                1, 0, 1, 0, 1, 0, 0, null, 100, List.of(), Set.of(stops), ignoreEos, -1, least, bias);
    }

    private static float[] steered(SamplingSettings settings, int generated) {
        return new Steering(settings, Set.of(3)).apply(LOGITS.clone(), generated);
    }

    @Test
    void withoutAnyTheLogitsAreTheSameArray() {
        Steering none = new Steering(settings(false, 0, Map.of()), Set.of(3));
        assertThat(none.apply(LOGITS, 0)).isSameAs(LOGITS);
        Steering longEnough = new Steering(settings(false, 5, Map.of()), Set.of(3));
        assertThat(longEnough.apply(LOGITS, 5)).isSameAs(LOGITS);
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
        Steering steering = new Steering(settings(false, 5, Map.of()), Set.of(3, 4, 100));
        assertThat(steering.apply(LOGITS.clone(), 0)).containsExactly(1, 2, 3, NEVER);
    }

    @Test
    void whatIsBorrowedIsNotChanged() {
        float[] logits = LOGITS.clone();
        new Steering(settings(false, 5, Map.of(0, 1f)), Set.of(3)).apply(logits, 0);
        assertThat(logits).containsExactly(LOGITS);
    }
}
