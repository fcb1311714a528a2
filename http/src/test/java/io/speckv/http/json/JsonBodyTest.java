package io.speckv.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are no JSON object in UTF-8 are refused with the place and the reason, which {@link JsonFault} finds. */
class JsonBodyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[1]                | the body must be a JSON object",
                "null               | the body must be a JSON object",
                "{'a': 1} {}        | the body is not valid JSON at line 1, column 10: something follows its end",
                "{'a': 1, 'b'}      | the body is not valid JSON at line 1, column 13: a colon is missing after a key",
                "{'a': 1, 'a': 2}   | the body has the key 'a' twice at line 1, column 13",
                "{'a': NaN}         | the body is not valid JSON at line 1, column 10: NaN is no value of JSON",
                "{'a': -Infinity}   | Infinity is no value of JSON",
                "{'a': 1,}          | a comma stands before the end of an object or array",
                "{'a': [1, 2, ]}    | a comma stands before the end of an object or array",
                "{'a': ]}           | a value is missing",
                "{'a': 1            | it ends early",
                "{'a': 'b           | it ends early",
                "{'a': 1 'b': 2}    | a comma is missing between two entries",
                "{a: 1}             | a key does not stand in double quotes",
                "{'a': yes}         | a word is no value: strings stand in double quotes",
                "{'a': 1 /* b */}   | comments are no JSON",
                "{'\\ud83d': 1}     | a key has half of a surrogate pair",
                "{'a': 01}          | a number begins with 0",
                "{'a': 1.}          | a number is not written as JSON writes them",
                "{'a': '\\q'}      | a string has an escape that JSON does not know",
                "{'a': '\\u12'}    | a string has \\u without four hexadecimal digits",
            })
    void aBodyThatIsNoneIsRefusedWithPlaceAndReason(String body, String message) {
        assertThatThrownBy(() -> parse(body.replace('\'', '"')))
                .isInstanceOf(ApiError.RefusedException.class)
                .message()
                .matches(
                        message.startsWith("the body")
                                ? Pattern.quote(message)
                                : "the body is not valid JSON at line 1, column [0-9]+: " + Pattern.quote(message));
    }

    @Test
    void reasonsQuoteNothing() {
        assertThatThrownBy(() -> parse("{\"a\": \"secret\nb\"}"))
                .hasMessageContaining("a line break or another control character stands in a string as it is")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> parse("{\"a\": secret}")).hasMessageNotContaining("secret");
        assertThatThrownBy(() -> parse("{'a': 1}")).hasMessageContaining("strings and keys stand in double quotes");
        assertThatThrownBy(() -> parse("")).hasMessage("the body must be a JSON object: it is empty");
    }

    @ParameterizedTest
    @CsvSource({
        "c181, an overlong A",
        "c080, an overlong zero",
        "e08080, an overlong zero",
        "eda080, half of a pair",
        "eda0bdedb880, both halves of a pair",
        "ff, no character",
        "e282, a character that is cut",
        "f4908080, above U+10FFFF"
    })
    void bytesThatAreNotUtf8AreRefusedWithTheirPlace(String hex, String what) {
        String body = "{\"a\": \"" + new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1) + "\"}";
        assertThatThrownBy(() -> JsonBody.parse(body.getBytes(StandardCharsets.ISO_8859_1)))
                .as(what)
                .hasMessage("the body is not UTF-8 at byte 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsAreNamed(String encoding) {
        assertThatThrownBy(() -> JsonBody.parse("{\"a\": 1}".getBytes(Charset.forName(encoding))))
                .hasMessage("the body is in UTF-16 or UTF-32: it must be plain JSON in UTF-8");
    }

    @Test
    void aByteOrderMarkIsNamedAndCharactersOfAllLengthsAreTaken() {
        assertThat(parse("\uFEFF{\"a\": 1}").path("a").asInt())
                .as("behind a byte order mark")
                .isOne();
        String text = "a\u00e9\u20ac\ud83d\ude00";
        assertThat(parse("{\"%s\": \"%s\"}".formatted(text, text)).get(text).textValue())
                .isEqualTo(text);
        assertThat(parse("{\"\\ud83d\\ude00\": 1}").has("\ud83d\ude00")).isTrue();
    }

    @Test
    void aBodyMayNestAsDeepAsItSaysAndNoDeeper() {
        String deepest = "{\"a\":" + "[".repeat(JsonBody.DEPTH_MOST - 1) + "]".repeat(JsonBody.DEPTH_MOST - 1) + "}";
        assertThat(parse(deepest).has("a")).isTrue();
        String deeper = "{\"a\":" + "[".repeat(JsonBody.DEPTH_MOST) + "]".repeat(JsonBody.DEPTH_MOST) + "}";
        assertThatThrownBy(() -> parse(deeper)).hasMessageContaining("deeper than 64 levels");
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode parse(String body) {
        return JsonBody.parse(body.getBytes(StandardCharsets.UTF_8));
    }
}
