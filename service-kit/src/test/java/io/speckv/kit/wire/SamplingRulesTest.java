package io.speckv.kit.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.TextFormat;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.SamplingSettings;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings are in protobuf's text form, for a vocabulary of 100 tokens. */
class SamplingRulesTest {
    private static final int VOCABULARY = 100;

    private static SamplingSettings settings(String text) {
        try {
            return TextFormat.parse(text, SamplingSettings.class);
        } catch (TextFormat.ParseException e) {
            throw new AssertionError(text, e);
        }
    }

    private static RequestException failure(String text) {
        RequestException failure =
                catchThrowableOfType(RequestException.class, () -> SamplingRules.require(settings(text), VOCABULARY));
        assertThat(failure).as(text).isNotNull();
        return failure;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "temperature: 0",
                "temperature: 100",
                "top_k: 0",
                "top_k: 100",
                "top_p: 1",
                "top_p: 1e-30",
                "min_p: 0",
                "min_p: 1",
                "repetition_penalty: 10",
                "repetition_penalty: 0.01",
                "presence_penalty: -2 frequency_penalty: 2",
                "top_logprobs: 20",
                "stop_token_ids: [0, 99]",
                "logit_bias: {token_id: 99 bias: -100} logit_bias: {token_id: 0 bias: 100}",
                "stop: 'x'"
            })
    void whatIsInItsRangeIsTaken(String text) {
        assertThatCode(() -> SamplingRules.require(settings(text), VOCABULARY)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        temperature: -0.5                 | temperature is -0.5, must be from 0.0 to 100.0
        temperature: 100.5                | temperature is 100.5, must be from 0.0 to 100.0
        temperature: nan                  | temperature is NaN, must be from 0.0 to 100.0
        temperature: inf                  | temperature is Infinity, must be from 0.0 to 100.0
        top_k: 101                        | top_k is 101, must be 0 to 100
        top_k: 4294967295                 | top_k is 4294967295, must be 0 to 100
        top_p: 0                          | top_p is 0.0, must be above 0 and at most 1.0
        top_p: 1.5                        | top_p is 1.5, must be above 0 and at most 1.0
        top_p: nan                        | top_p is NaN, must be above 0 and at most 1.0
        min_p: -0.1                       | min_p is -0.1, must be from 0.0 to 1.0
        min_p: 1.1                        | min_p is 1.1, must be from 0.0 to 1.0
        repetition_penalty: 0             | repetition_penalty is 0.0, must be above 0 and at most 10.0
        repetition_penalty: 11            | repetition_penalty is 11.0, must be above 0 and at most 10.0
        presence_penalty: 2.5             | presence_penalty is 2.5, must be from -2.0 to 2.0
        frequency_penalty: -2.5           | frequency_penalty is -2.5, must be from -2.0 to 2.0
        top_logprobs: 21                  | top_logprobs is 21, must be 0 to 20
        stop: ['a', '']                   | stop[1] has 0 characters, must have 1 to 256
        logit_bias: {token_id: 5} logit_bias: {token_id: 5} | logit_bias[1].token_id is 5, which has a bias already
        logit_bias: {bias: 101}           | logit_bias[0].bias is 101.0, must be from -100.0 to 100.0
        logit_bias: {bias: nan}           | logit_bias[0].bias is NaN, must be from -100.0 to 100.0
        """)
    void whatIsBeyondItIsNamed(String text, String message) {
        RequestException failure = failure(text);
        assertThat(failure).hasMessage("sampling." + message);
        assertThat(failure.code()).isEqualTo(FailureCode.FIELD_INVALID);
        assertThat(failure.field()).contains("sampling." + message.substring(0, message.indexOf(' ')));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        stop_token_ids: [1, 100]           | stop_token_ids[1] is 100, must be below the vocabulary size 100
        stop_token_ids: [4294967295]       | stop_token_ids[0] is 4294967295, must be below the vocabulary size 100
        logit_bias: {token_id: 100}        | logit_bias[0].token_id is 100, must be below the vocabulary size 100
        logit_bias: {token_id: 4294967295} | logit_bias[0].token_id is 4294967295, must be below the vocabulary size 100
        """)
    void tokensThatThereAreNotHaveACodeOfTheirOwn(String text, String message) {
        RequestException failure = failure(text);
        assertThat(failure).hasMessage("sampling." + message);
        assertThat(failure.code()).isEqualTo(FailureCode.TOKEN_OUT_OF_VOCAB);
    }

    @Test
    void aStopIsAtMost256CharactersWhateverTheyTakeInMemory() {
        SamplingSettings longest =
                SamplingSettings.newBuilder().addStop("🙂".repeat(256)).build();
        assertThatCode(() -> SamplingRules.require(longest, VOCABULARY)).doesNotThrowAnyException();
        assertThat(failure("stop: '" + "🙂".repeat(257) + "'"))
                .hasMessage("sampling.stop[0] has 257 characters, must have 1 to 256");
    }

    private static String repeated(String entry, int times) {
        return IntStream.range(0, times).mapToObj(entry::formatted).collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        stop: "%d"       | stop           | 16
        stop_token_ids: 7 | stop_token_ids | 64
        """)
    void listsHaveAMost(String entry, String field, int most) {
        assertThatCode(() -> SamplingRules.require(settings(repeated(entry, most)), VOCABULARY))
                .doesNotThrowAnyException();
        assertThat(failure(repeated(entry, most + 1)))
                .hasMessage("sampling." + field + " has " + (most + 1) + " entries, must have at most " + most);
    }

    @Test
    void biasesHaveAMostToo() {
        String biases = repeated("logit_bias: {token_id: %d}", 1024);
        assertThatCode(() -> SamplingRules.require(settings(biases), 2000)).doesNotThrowAnyException();
        assertThat(failure(repeated("logit_bias: {token_id: %d}", 1025)))
                .hasMessage("sampling.logit_bias has 1025 entries, must have at most 1024");
    }
}
