package io.speckv.evals.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportedAnswerTest {
    private static ReportedPlace place(int token, Map<Integer, Double> probabilities) {
        Map<Integer, Double> logs = new HashMap<>();
        probabilities.forEach((other, probability) -> logs.put(other, Math.log(probability)));
        return new ReportedPlace(token, logs.getOrDefault(token, Double.NaN), logs);
    }

    private static ReportedAnswer silent(boolean ended, int... tokens) {
        return new ReportedAnswer(
                Arrays.stream(tokens)
                        .mapToObj(token -> new ReportedPlace(token, Double.NaN, Map.of()))
                        .toList(),
                ended);
    }

    @Test
    void answersAreEqualOnlyIfTheyEndAlike() {
        assertThat(silent(true, 1, 2).loss(silent(true, 1, 2)).equal()).isTrue();
        assertThat(silent(false, 1, 2).loss(silent(false, 1, 2)).equal()).isTrue();
        assertThat(silent(true, 1, 2).loss(silent(false, 1, 2)).equal()).isFalse();
        assertThat(silent(true, 1, 2).loss(silent(true, 1, 2, 3)).equal()).isFalse();
        assertThat(silent(true, 1, 2, 3).loss(silent(true, 1, 2)).equalTokens()).isEqualTo(2);
        assertThat(silent(true).loss(silent(true)).equal()).isTrue();
    }

    @Test
    void lossesAreKnownUpToThePlaceWhereTheAnswersPart() {
        ReportedAnswer full = new ReportedAnswer(
                List.of(place(1, Map.of(1, 0.8, 2, 0.2)), place(1, Map.of(1, 0.6, 2, 0.4)), place(3, Map.of(3, 1.0))),
                false);
        ReportedAnswer compressed = new ReportedAnswer(
                List.of(place(1, Map.of(1, 0.4, 2, 0.2)), place(2, Map.of(1, 0.3, 2, 0.5)), place(4, Map.of(4, 1.0))),
                false);
        AnswerLoss loss = full.loss(compressed);

        assertThat(loss.equalTokens()).isEqualTo(1);
        assertThat(loss.lost()).hasSize(2);
        assertThat(loss.lost().get(0)).isCloseTo(Math.log(2), within(1e-9));
        assertThat(loss.lost().get(1)).isCloseTo(Math.log(2), within(1e-9));
    }

    @Test
    void aTokenThatIsNotReportedLosesAtLeastAsMuchAsTheLeastLikelyOne() {
        ReportedAnswer full = new ReportedAnswer(List.of(place(1, Map.of(1, 0.8))), false);
        ReportedAnswer compressed = new ReportedAnswer(List.of(place(2, Map.of(2, 0.7, 3, 0.2))), false);

        AnswerLoss loss = full.loss(compressed);

        assertThat(loss.lost()).containsExactly(Math.log(0.8) - Math.log(0.2));
        assertThat(loss.lowerBounds()).isEqualTo(1);
        assertThat(full.loss(full).lowerBounds()).isZero();
    }

    @Test
    void theDivergenceTakesWhatIsNotReportedAsOneToken() {
        ReportedPlace full = place(1, Map.of(1, 0.5, 2, 0.25, 9, 0.01));
        ReportedPlace compressed = place(1, Map.of(1, 0.25, 2, 0.25, 8, 0.02));

        assertThat(full.leastDivergence(compressed))
                .isCloseTo(0.5 * Math.log(2) + 0.25 * Math.log(0.25 / 0.5), within(1e-9));
        assertThat(full.leastDivergence(full)).isZero();
    }

    @Test
    void withoutProbabilitiesOnlyTokensAreCompared() {
        AnswerLoss loss = silent(false, 1, 2, 3).loss(silent(false, 1, 2, 4));

        assertThat(loss.equalTokens()).isEqualTo(2);
        assertThat(loss.lost()).isEmpty();
        assertThat(loss.divergence()).isEmpty();
    }

    private static ReportedAnswer sure(boolean ended, int... tokens) {
        return new ReportedAnswer(
                Arrays.stream(tokens)
                        .mapToObj(token -> place(token, Map.of(token, 0.9)))
                        .toList(),
                ended);
    }

    @Test
    void anAnswerThatEndsTooSoonOrTooLateHasNoKnownLoss() {
        ReportedAnswer full = sure(true, 1, 2, 3);

        assertThat(full.loss(sure(true, 1, 2)).known()).as("ends too soon").isFalse();
        assertThat(full.loss(sure(true)).known()).as("ends at once").isFalse();
        assertThat(full.loss(sure(true, 1, 2, 3, 4)).known()).as("goes on").isFalse();
        assertThat(full.loss(sure(false, 1, 2, 3)).known()).as("would go on").isFalse();
        assertThat(full.loss(sure(true, 1, 2, 4)).known()).as("parts").isTrue();
        assertThat(full.loss(sure(true, 1, 2, 3)).known()).as("is equal").isTrue();
        assertThat(silent(true, 1, 2).loss(silent(true, 1, 2)).known())
                .as("tells no probabilities")
                .isFalse();
    }
}
