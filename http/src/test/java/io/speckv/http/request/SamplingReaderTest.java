package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.speckv.proto.v1.SamplingSettings;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingReaderTest {
    private static SamplingSettings read(String fields) {
        return SamplingReader.sampling(QuotedJson.request("{" + fields + "}"), AnswerForm.CHAT)
                .build();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'temperature': 0.5                  | temperature: 0.5
        'temperature': null                 | ``
        'max_tokens': 7                     | max_new_tokens: 7
        'max_completion_tokens': 8.0        | max_new_tokens: 8
        'top_p': 0.9                        | top_p: 0.9
        'top_k': 40                         | top_k: 40
        'top_k': -1                         | top_k: 0
        'min_p': 0.1                        | min_p: 0.1
        'presence_penalty': -1              | presence_penalty: -1
        'frequency_penalty': 2              | frequency_penalty: 2
        'repetition_penalty': 1.1           | repetition_penalty: 1.1
        'seed': 5                           | seed: 5
        'seed': -1                          | seed: 18446744073709551615
        'stop': 'a'                         | stop: "a"
        'stop': ['a', 'b']                  | stop: ["a", "b"]
        'stop': []                          | ``
        'ignore_eos': true                  | ignore_eos: true
        'skip_special_tokens': false        | skip_special_tokens: false
        'stop_token_ids': [5, 2147483647]   | stop_token_ids: [5, 2147483647]
        'min_tokens': 3                     | min_new_tokens: 3
        'include_stop_str_in_output': true  | include_stop: true
        'logit_bias': {'7': -100, '8': null, '9': 0.5} | logit_bias: [{token_id: 7 bias: -100}, {token_id: 9 bias: 0.5}]
        'response_format': {'type': 'json_object'} | response_format: {json_object: true}
        'unknown': 1                        | ``
        """)
    void fieldsBecomeSettings(String fields, String settings) throws TextFormat.ParseException {
        assertThat(read(fields)).isEqualTo(TextFormat.parse(settings, SamplingSettings.class));
    }

    @ParameterizedTest
    @CsvSource({"0", "-0.0", "0.0", "1e-60"})
    void aTopPOfNothingKeepsTheLikeliestToken(String topP) {
        assertThat(read("'top_p': " + topP).getTopP()).isEqualTo(Float.MIN_NORMAL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'max_tokens': 0                    | max_tokens is 0, must be at least 1
        'max_completion_tokens': -1        | max_completion_tokens is -1, must be at least 1
        'top_k': -2                        | top_k is -2, must be at least -1
        'top_k': 99999999999999999999      | top_k is 99999999999999999999, must be -1 to 2147483647
        'temperature': '1'                 | temperature must be a number, not a string
        'seed': 1.5                        | seed must be a whole number, not a number with a fraction
        'stop': {}                         | stop must be a string or an array of strings, not an object
        'stop_token_ids': [2147483648]     | stop_token_ids[0] is 2147483648, must be a token id: 0 or more
        'stop_token_ids': ['a']            | stop_token_ids[0] is "a", must be a token id: 0 or more
        'logit_bias': {'-1': 1}            | logit_bias.-1 is no token id: the keys are numbers of 0 or more
        'logit_bias': {'1234567890': 1}    | logit_bias.1234567890 is no token id: the keys are numbers of 0 or more
        'logit_bias': [1]                  | logit_bias must be an object, not an array
        """)
    void whatIsWrongIsNamed(String fields, String refusal) {
        assertThat(QuotedJson.refusal("{" + fields + "}", request -> SamplingReader.sampling(request, AnswerForm.CHAT)))
                .isEqualTo(refusal);
    }

    @Test
    void theNewerNameOfTheBoundWins() {
        AtomicInteger found = new AtomicInteger();
        SamplingReader.mostTokens(QuotedJson.request("{'max_completion_tokens': 8, 'max_tokens': 7}"), 1, found::set);
        assertThat(found).hasValue(8);
        SamplingReader.mostTokens(QuotedJson.request("{}"), 1, found::set);
        assertThat(found).as("nothing is said").hasValue(8);
    }
}
