package io.speckv.text.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolArgumentsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @SuppressWarnings("unchecked")
    private static Map<String, Object> turn(String json) throws JsonProcessingException {
        return MAPPER.readValue(json.replace('\'', '"'), LinkedHashMap.class);
    }

    private static String call(String arguments) {
        return "{'id': 1, 'function': {'name': 'f', 'arguments': " + arguments + "}}";
    }

    private static String asObjects(String turn) throws JsonProcessingException {
        return MAPPER.writeValueAsString(ToolArguments.asObjects(turn(turn))).replace('"', '\'');
    }

    @ParameterizedTest(name = "{0} are {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'{\\'a\\': [1, 2.50, null, true]}'; {'a':[1,2.5,null,true]}",
                "' {} '; {}",
                "''; {}",
                "' \\n'; {}",
                "'{\\'n\\': 123456789012345678901234567890}'; {'n':123456789012345678901234567890}",
                "'{\\'z\\': 1, \\'a\\': 2}'; {'z':1,'a':2}"
            })
    void aTextOfAnObjectBecomesTheObjectWithItsOrder(String text, String object) throws JsonProcessingException {
        String turn = "{'role': 'assistant', 'tool_calls': [" + call(text) + "]}";

        assertThat(ToolArguments.areTexts(turn(turn))).isTrue();
        assertThat(asObjects(turn))
                .isEqualTo("{'role':'assistant','tool_calls':[{'id':1,'function':{'name':'f','arguments':" + object
                        + "}}]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {"'{'", "'{} {}'", "'{\\'a\\': }'", "'plain text'", "'{a: 1}'", "'NaN'"})
    void whatIsNoJsonStaysAText(String text) throws JsonProcessingException {
        String turn = "{'tool_calls': [" + call(text) + "]}";

        assertThat(ToolArguments.asObjects(turn(turn))).isEqualTo(turn(turn));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{}",
                "{'tool_calls': null}",
                "{'tool_calls': []}",
                "{'tool_calls': 'text'}",
                "{'tool_calls': [null, 5, 'x', {}]}",
                "{'tool_calls': [{'function': 'f'}, {'function': {}}, {'function': {'arguments': null}}]}",
                "{'tool_calls': [{'function': {'arguments': {'a': 1}}}]}",
                "{'function': {'arguments': '{}'}}"
            })
    void anyOtherTurnStaysAsItIs(String turn) throws JsonProcessingException {
        assertThat(ToolArguments.areTexts(turn(turn))).isFalse();
        assertThat(ToolArguments.asObjects(turn(turn))).isEqualTo(turn(turn));
    }

    @Test
    void eachCallIsReadByItselfAndTheTurnThatWasGivenIsNotChanged() throws JsonProcessingException {
        String turn = "{'tool_calls': [" + call("{'a': 1}") + ", " + call("'{\\'b\\': 2}'") + ", " + call("'{'") + "]}";
        Map<String, Object> given = turn(turn);
        String before = given.toString();

        assertThat(ToolArguments.areTexts(given)).isTrue();
        assertThat(ToolArguments.asObjects(given).toString())
                .contains("arguments={a=1}", "arguments={b=2}", "arguments={}}");
        assertThat(given).hasToString(before);
    }
}
