package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ToolTypesTest {

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', delimiter = '|', textBlock = """
                {"type": "string"}                                  | 42             | "42"
                {"type": "string"}                                  | null           | "null"
                {"type": "integer"}                                 | 42             | 42
                {"type": "integer"}                                 | 042            | "042"
                {"type": "number"}                                  | -1.50          | -1.50
                {"type": "number"}                                  | NaN            | "NaN"
                {"type": "boolean"}                                 | TRUE           | true
                {"type": "object"}                                  | {"a": 1.0}     | {"a": 1.0}
                {"type": "object"}                                  | [1]            | "[1]"
                {"type": "array"}                                   | [1, "a"]       | [1, "a"]
                {"type": ["string", "null"]}                        | null           | null
                {"anyOf": [{"type": "integer"}, {"type": "null"}]}  | 7              | 7
                {"oneOf": [{"type": "integer"}, {"type": "string"}]}| seven          | "seven"
                {"$ref": "#/$defs/count"}                           | 3              | 3
                {"$ref": "#/properties/p"}                          | 3              | "3"
                {"enum": [1, 2]}                                    | 2              | 2
                {"enum": ["1", "2"]}                                | 2              | "2"
                {"const": true}                                     | true           | true
                {}                                                  | 2              | "2"
                """)
    void aValueIsOfTheFirstTypeThatItCanBe(String schema, String text, String json) throws JsonProcessingException {
        Map<?, ?> parameters = new ObjectMapper()
                .readValue(
                        "{\"properties\": {\"p\": " + schema + "}, \"$defs\": {\"count\": {\"type\": \"integer\"}}}",
                        Map.class);
        ToolTypes tools = ToolTypes.of(Map.of("tool", parameters));
        assertThat(tools.json("tool", "p", text)).isEqualTo(json);
        assertThat(tools.json("other", "p", "1")).isEqualTo("\"1\"");
    }

    @ParameterizedTest
    @CsvSource({"a~1b, a/b", "a~0b, a~b", "~01, ~1", "~0~1~00, ~/~0", "größe, größe", "'', ''"})
    void aReferenceEscapesWhatParts(String written, String name) {
        Map<String, ?> schema = Map.of(
                "properties", Map.of("p", Map.of("$ref", "#/$defs/" + written)),
                "$defs", Map.of(name, Map.of("type", "integer")));

        assertThat(ToolTypes.of(Map.of("tool", schema)).json("tool", "p", "3")).isEqualTo("3");
    }

    /** Each of forty references to itself would be followed forty times, and each of those again. */
    @Test
    void aSchemaThatRefersToItselfOftenEnds() {
        Map<String, ?> self = Map.of("$ref", "#/properties/p");
        Map<String, ?> schema = Map.of("properties", Map.of("p", Map.of("anyOf", Collections.nCopies(40, self))));
        assertThat(ToolTypes.of(Map.of("tool", schema)).json("tool", "p", "3")).isEqualTo("\"3\"");
    }
}
