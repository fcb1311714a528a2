package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NeutralTest {
    private static JsonNode value(String json) {
        return QuotedJson.request("{'value': " + json + "}").node().path("value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "[]", "{}", "{'a': null}", "{'a': '', 'b': {}, 'c': {'d': []}}"})
    void whatHoldsNothingIsEmpty(String json) {
        assertThat(Neutral.isEmpty(value(json))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"' '", "[null]", "['']", "{'a': false}", "{'a': {'b': 0}}", "0", "false", "null"})
    void anythingElseIsNot(String json) {
        assertThat(Neutral.isEmpty(value(json))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        true    | true  | false
        false   | false | true
        'true'  | false | false
        1       | false | false
        null    | false | false
        """)
    void flagsAreNothingElse(String json, boolean isTrue, boolean isFalse) {
        assertThat(Neutral.isTrue(value(json))).isEqualTo(isTrue);
        assertThat(Neutral.isFalse(value(json))).isEqualTo(isFalse);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        1     | true
        1.0   | true
        1e0   | true
        0     | false
        '1'   | false
        true  | false
        """)
    void numbersAreComparedByValue(String json, boolean isOne) {
        assertThat(Neutral.isNumber(value(json), 1)).isEqualTo(isOne);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'auto'               | true
        'default'            | true
        ['auto', 'default']  | true
        [['auto']]           | true
        []                   | true
        'Auto'               | false
        ['auto', 'flex']     | false
        ['auto', 1]          | false
        1                    | false
        """)
    void aTextIsOneOfSomeOrAnArrayOfThem(String json, boolean isOne) {
        assertThat(Neutral.isText(value(json), "auto", "default")).isEqualTo(isOne);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ''   | true
        ' '  | false
        []   | false
        """)
    void anEmptyTextIsNoEmptyArray(String json, boolean empty) {
        assertThat(Neutral.isEmptyText(value(json))).isEqualTo(empty);
        assertThat(Neutral.never(value(json))).isFalse();
    }
}
