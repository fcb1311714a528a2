package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallObjectTest {
    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {"name": "f", "arguments": {}}                             § f § {}
        {"name": "f", "parameters": {"a": [1, {"b": "}"}]}}        § f § {"a": [1, {"b": "}"}]}
        {"arguments": { "a" :1 }, "name":"f"}                      § f § { "a" :1 }
        {"id": 7, "name": "f", "type": null, "arguments": {}}      § f § {}
        {"name": "f", "arguments": "{\\"a\\": \\"x\\\\n\\"}"}      § f § {"a": "x\\n"}
        {"name": "f", "arguments": " {} "}                         § f § {}
        {"name": "a\\u0062\\"c", "arguments": {}}                  § ab"c § {}
        {"n\\u0061me": "f", "arguments": {}}                       § f § {}
        {"name": "größe.x-1", "arguments": {"😀": "\\ud83d\\ude00"}} § größe.x-1 § {"😀": "\\ud83d\\ude00"}
        {"name": "f", "arguments": {"name": "g", "arguments": 1}}  § f § {"name": "g", "arguments": 1}
        """)
    void aNameAndArgumentsAreACallAndArgumentsStayAsTheyAreWritten(String object, String tool, String arguments) {
        assertThat(CallObject.read(object)).hasValue(new AnswerPart.Call(tool, arguments));
        assertThat(CallObject.readAll("[ " + object + " ,\n" + object + "]"))
                .hasSize(2)
                .containsOnly(new AnswerPart.Call(tool, arguments));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {}
        {"name": "f"}
        {"arguments": {}}
        {"name": "", "arguments": {}}
        {"name": " \\n", "arguments": {}}
        {"name": null, "arguments": {}}
        {"name": 5, "arguments": {}}
        {"name": ["f"], "arguments": {}}
        {"name": "f", "arguments": []}
        {"name": "f", "arguments": null}
        {"name": "f", "arguments": 1}
        {"name": "f", "arguments": "text"}
        {"name": "f", "arguments": "{\\"a\\": }"}
        {"name": "f", "arguments": "[]"}
        {"name": "f", "arguments": ""}
        {"name": "f", "arguments": {}, "parameters": {}}
        {"name": "f", "name": "g", "arguments": {}}
        {"name": "f", "arguments": {}, "\\u0061rguments": {}}
        {"Name": "f", "arguments": {}}
        {"function": {"name": "f", "arguments": {}}}
        """)
    void anythingElseIsNone(String object) {
        assertThat(CallObject.read(object)).isEmpty();
        assertThat(CallObject.readAll("[{\"name\": \"f\", \"arguments\": {}}, " + object + "]"))
                .as("with it the array is none")
                .isEmpty();
    }

    @Test
    void anArrayOfNothingOrOfOtherValuesHoldsNone() {
        for (String array :
                List.of("[]", "[ ]", "[1]", "[\"{}\"]", "[[{\"name\": \"f\", \"arguments\": {}}]]", "[null]")) {
            assertThat(CallObject.readAll(array)).as(array).isEmpty();
        }
    }
}
