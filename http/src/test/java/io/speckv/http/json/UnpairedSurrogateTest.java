package io.speckv.http.json;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In bodies with single quotes {@code H} is the escape of a pair's first half and {@code L} that of its second one. */
class UnpairedSurrogateTest {
    private static JsonNode body(String text) {
        try {
            return JsonMapper.builder()
                    .build()
                    .readTree(text.replace('\'', '"').replace("H", "\\ud83d").replace("L", "\\ude00"));
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'a': 'b', 'c': [1, null, {'d': true}]}",
                "{'a': 'HL'}",
                "{'a': ['HLHL x HL']}",
                "{'a': '😀'}"
            })
    void pairsArePermitted(String text) {
        assertThatCode(() -> UnpairedSurrogate.requireNone(body(text))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'a': 'H'}                       | a                | 0
        {'a': 'xyL'}                     | a                | 2
        {'a': 'HLHx'}                    | a                | 2
        {'a': 'HH'}                      | a                | 0
        {'a': 'LH'}                      | a                | 0
        {'a': 'HHL'}                     | a                | 0
        {'a': 'b', 'c': ['', {'d': 'H'}]} | c[1].d          | 0
        {'a': [['x'], ['y', 'zL']]}      | a[1][1]          | 1
        {'a': 'H', 'b': 'L'}             | a                | 0
        """)
    void aHalfIsNamedByItsFieldAndPlace(String text, String field, int place) {
        assertThatThrownBy(() -> UnpairedSurrogate.requireNone(body(text)))
                .isInstanceOf(ApiError.RefusedException.class)
                .hasMessage(
                        field + " has half of a surrogate pair at character " + place + ": it is not valid Unicode");
    }
}
