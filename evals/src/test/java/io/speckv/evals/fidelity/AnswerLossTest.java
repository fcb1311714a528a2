package io.speckv.evals.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.NonFiniteException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerLossTest {
    /** Logits of a distribution. */
    private static float[] of(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            // Any constant may be added to logits.
            logits[i] = (float) (Math.log(probabilities[i]) + 3);
        }
        return logits;
    }

    /** The loss of an answer of zeros that is read over both caches, as a method reads it. */
    private static AnswerLoss read(List<float[]> full, List<float[]> compressed) {
        FullAnswer answer = new FullAnswer();
        for (int i = 0; i < full.size(); i++) {
            assertThat(answer.choose(full.get(i), new int[i])).isZero();
        }
        ReadAnswer reading = new ReadAnswer(answer);
        for (int i = 0; i < full.size(); i++) {
            assertThat(reading.choose(compressed.get(i), new int[i])).isZero();
            assertThat(reading.choose(compressed.get(i), new int[i]))
                    .as("asked again")
                    .isZero();
        }
        assertThat(reading.comparingNanos(full.size())).isGreaterThanOrEqualTo(reading.comparingNanos(1));
        return reading.loss();
    }

    @Test
    void tellsWhatEachTokenLosesAndHowFarItsDistributionIsOff() {
        AnswerLoss loss = read(List.of(of(0.5, 0.25, 0.25)), List.of(of(0.25, 0.5, 0.25)));

        assertThat(loss.lost().get(0)).isCloseTo(Math.log(2), within(1e-6));
        // 0.5 ln(0.5/0.25) + 0.25 ln(0.25/0.5)
        assertThat(loss.divergence().get(0)).isCloseTo(0.25 * Math.log(2), within(1e-6));
    }

    @Test
    void equalDistributionsLoseNothing() {
        float[] logits = of(0.7, 0.2, 0.1);
        AnswerLoss loss = read(List.of(logits, logits), List.of(logits, logits));

        assertThat(loss).isEqualTo(AnswerLoss.none(2));
        assertThat(loss.equal()).isTrue();
    }

    @Test
    void countsTheTokensUntilTheAnswersWouldPartAndNoneAfter() {
        float[] first = of(0.8, 0.2);
        float[] second = of(0.2, 0.8);
        AnswerLoss loss = read(List.of(first, first, first), List.of(first, second, first));

        assertThat(loss.equalTokens()).isEqualTo(1);
        assertThat(loss.equal()).isFalse();
        assertThat(loss.lost()).hasSize(3);
        assertThat(loss.lost().get(2)).isZero();
    }

    @Test
    void aGainIsALossBelowZero() {
        AnswerLoss loss = read(List.of(of(0.6, 0.4)), List.of(of(0.9, 0.1)));

        assertThat(loss.lost().get(0)).isNegative();
        assertThat(loss.divergence().get(0)).isPositive();
    }

    @Test
    void refusesLogitsThatAreNoNumbers() {
        assertThatThrownBy(() -> read(List.of(of(0.5, 0.5)), List.of(new float[] {Float.NaN, 0})))
                .isInstanceOf(NonFiniteException.class);
    }

    @Test
    void isKnownOnlyWhereThePlaceWhereTheAnswersPartIs() {
        List<Double> two = List.of(0.1, 0.2);

        assertThat(new AnswerLoss(5, 1, two, two, 0).known()).isTrue();
        assertThat(new AnswerLoss(5, 2, two, two, 0).known()).isFalse();
        assertThat(new AnswerLoss(5, 0, List.of(), List.of(), 0).known()).isFalse();
        assertThat(new AnswerLoss(1, 0, List.of(), List.of(), 0).known()).isFalse();
        assertThat(new AnswerLoss(1, 1, List.of(), List.of(), 0).known()).isTrue();
        assertThat(new AnswerLoss(2, 2, two, two, 0).known()).isTrue();
        assertThat(new AnswerLoss(3, 3, two, two, 0).known()).isTrue();
        assertThat(new AnswerLoss(4, 4, two, two, 0).known()).isFalse();
        assertThatThrownBy(() -> new AnswerLoss(5, 1, two, two, 3)).hasMessageContaining("3 lower bounds among 2");
    }
}
