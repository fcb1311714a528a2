package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplingSettingsTest {

    @Test
    void greedyLeavesLogitsAloneAndEndsAtEndTokens() {
        SamplingSettings greedy = SamplingSettings.greedy(7);
        assertThat(greedy.temperature()).isZero();
        assertThat(greedy.penalises()).isFalse();
        assertThat(greedy.maxNewTokens()).isEqualTo(7);
        assertThat(greedy.endsWith(3, Set.of(3))).isTrue();
        assertThat(greedy.endsWith(4, Set.of(3))).isFalse();
    }

    @Test
    void ownStopTokensEndTheAnswerAlsoWhereEndTokensDoNot() {
        SamplingSettings settings = new SamplingSettings(0, 0, 1, 0, 1, 0, 0, null, 1, List.of(), Set.of(9), true, -1);
        assertThat(settings.endsWith(9, Set.of(3))).isTrue();
        assertThat(settings.endsWith(3, Set.of(3))).isFalse();
    }

    @Test
    void refusesWhatMakesNoSenseAndSaysWhy() {
        assertRefused("temperature must be at least 0 and finite, was -0.1", -0.1, 0, 1, 0, 1, 0, 0, 1, -1);
        assertRefused("temperature", Double.NaN, 0, 1, 0, 1, 0, 0, 1, -1);
        assertRefused("topK must be at least 0, where 0 keeps all, was -1", 1, -1, 1, 0, 1, 0, 0, 1, -1);
        assertRefused("topP must be above 0 and at most 1, was 0.0", 1, 0, 0, 0, 1, 0, 0, 1, -1);
        assertRefused("topP", 1, 0, 1.1, 0, 1, 0, 0, 1, -1);
        assertRefused("minP must be from 0 to 1, was 2.0", 1, 0, 1, 2, 1, 0, 0, 1, -1);
        assertRefused("repetitionPenalty must be above 0 and finite, was 0.0", 1, 0, 1, 0, 0, 0, 0, 1, -1);
        assertRefused("presencePenalty must be from -2 to 2, was 3.0", 1, 0, 1, 0, 1, 3, 0, 1, -1);
        assertRefused("frequencyPenalty must be from -2 to 2, was NaN", 1, 0, 1, 0, 1, 0, Double.NaN, 1, -1);
        assertRefused("maxNewTokens must be at least 1, was 0", 1, 0, 1, 0, 1, 0, 0, 0, -1);
        assertRefused("logprobs must be from -1 to 20, was 21", 1, 0, 1, 0, 1, 0, 0, 1, 21);
    }

    @Test
    void refusesEmptyStopStringsAndNegativeStopTokens() {
        assertThatThrownBy(() -> new SamplingSettings(0, 0, 1, 0, 1, 0, 0, null, 1, List.of(""), Set.of(), true, -1))
                .hasMessageContaining("stopStrings");
        assertThatThrownBy(() -> new SamplingSettings(0, 0, 1, 0, 1, 0, 0, null, 1, List.of(), Set.of(-4), true, -1))
                .hasMessageContaining("stopTokenIds must be at least 0 each, was [-4]");
    }

    @Test
    void refusesALeastLengthBeyondTheMostAndBiasesThatAreNoNumbers() {
        SamplingSettings ten = SamplingSettings.greedy(10);
        assertThat(ten.steered(10, Map.of(3, -1f)).minNewTokens()).isEqualTo(10);
        assertThatThrownBy(() -> ten.steered(11, Map.of()))
                .hasMessageContaining("minNewTokens must be from 0 to maxNewTokens, 10, was 11");
        assertThatThrownBy(() -> ten.steered(0, Map.of(-1, 1f))).hasMessageContaining("logitBias");
        assertThatThrownBy(() -> ten.steered(0, Map.of(1, Float.NaN))).hasMessageContaining("finite");
    }

    private static void assertRefused(
            String message,
            double temperature,
            int topK,
            double topP,
            double minP,
            double repetition,
            double presence,
            double frequency,
            int maxNewTokens,
            int logprobs) {
        assertThatThrownBy(() -> new SamplingSettings(
                        temperature,
                        topK,
                        topP,
                        minP,
                        repetition,
                        presence,
                        frequency,
                        null,
                        maxNewTokens,
                        List.of(),
                        Set.of(),
                        false,
                        logprobs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
