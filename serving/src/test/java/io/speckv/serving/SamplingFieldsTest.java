package io.speckv.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.SamplingDefaults;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Messages are in protobuf's text form, for a vocabulary of 100 tokens and answers of at most 50. */
class SamplingFieldsTest {
    private static final SamplingDefaults MODEL = new SamplingDefaults(0.7, 20, 0.8, 0.1, 1.05);

    private static SamplingSettings read(String text, SamplingDefaults defaults) throws TextFormat.ParseException {
        return SamplingFields.read(
                TextFormat.parse(text, io.speckv.proto.v1.SamplingSettings.class), defaults, 100, 50);
    }

    @Test
    void whatIsNotSetIsNeutral() throws TextFormat.ParseException {
        assertThat(read("", SamplingDefaults.NEUTRAL)).isEqualTo(SamplingSettings.greedy(50));
    }

    @Test
    void orWhatTheModelsFilesSay() throws TextFormat.ParseException {
        SamplingSettings settings = read("", MODEL);
        assertThat(settings.temperature()).isEqualTo(0.7);
        assertThat(settings.topK()).isEqualTo(20);
        assertThat(settings.topP()).isEqualTo(0.8);
        assertThat(settings.minP()).isEqualTo(0.1);
        assertThat(settings.repetitionPenalty()).isEqualTo(1.05);
    }

    @Test
    void whatIsSetComesFirstAlsoWhereItIsZero() throws TextFormat.ParseException {
        SamplingSettings settings = read("temperature: 0 top_k: 0 top_p: 1 min_p: 0 repetition_penalty: 1", MODEL);
        assertThat(settings).isEqualTo(SamplingSettings.greedy(50));
    }

    @Test
    void allOtherFieldsArePassedOn() throws TextFormat.ParseException {
        SamplingSettings settings = read(
                "presence_penalty: 0.5 frequency_penalty: -0.5 seed: 7 stop: ['a', 'b'] stop_token_ids: [3, 3]"
                        + " ignore_eos: true top_logprobs: 0 min_new_tokens: 50 logit_bias: {token_id: 5 bias: 2}",
                SamplingDefaults.NEUTRAL);
        assertThat(settings.presencePenalty()).isEqualTo(0.5);
        assertThat(settings.frequencyPenalty()).isEqualTo(-0.5);
        assertThat(settings.seed()).isEqualTo(7);
        assertThat(settings.stopStrings()).isEqualTo(List.of("a", "b"));
        assertThat(settings.stopTokenIds()).isEqualTo(Set.of(3));
        assertThat(settings.ignoreEos()).isTrue();
        assertThat(settings.logprobs())
                .as("none is asked for, but that of the token itself")
                .isZero();
        assertThat(settings.minNewTokens()).isEqualTo(50);
        assertThat(settings.logitBias()).isEqualTo(Map.of(5, 2f));
    }

    @Test
    void aLeastLengthIsNotAboveTheMost() {
        assertThatThrownBy(() -> read("min_new_tokens: 51", SamplingDefaults.NEUTRAL))
                .isInstanceOf(RequestException.class)
                .hasMessage("sampling.min_new_tokens is 51, must be 0 to 50");
    }

    @Test
    void theRulesOfEveryServiceHoldHereToo() {
        assertThatThrownBy(() -> read("top_k: 101", MODEL)).hasMessage("sampling.top_k is 101, must be 0 to 100");
    }
}
