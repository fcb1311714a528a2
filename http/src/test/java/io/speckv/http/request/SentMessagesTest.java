package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.http.json.JsonFields;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places in {@code speckv.protect.messages} and what they are in the chat. */
class SentMessagesTest {
    private static final String MESSAGES = "'system': 's', 'messages': [{'role': 'user', 'content': 'a'},"
            + "{'role': 'user', 'content': [{'type': 'tool_result', 'tool_use_id': 'c'},"
            + "{'type': 'tool_result', 'tool_use_id': 'd'}]}, {'role': 'user', 'content': 'b'}]";
    private static final String INPUT = "'input': [{'role': 'user', 'content': 'a'},"
            + "{'type': 'reasoning', 'content': []}, {'role': 'assistant', 'content': 'b'},"
            + "{'type': 'function_call', 'call_id': 'c', 'name': 'f', 'arguments': '{}'}]";

    private static Set<Integer> inChat(AnswerForm form, String request, String places) {
        JsonFields fields = QuotedJson.request("{'places': " + places + "}");
        return new SentMessages(QuotedJson.request("{" + request + "}"), form).inChat(fields, "places");
    }

    private static String refusal(AnswerForm form, String request, String places) {
        return QuotedJson.refusal(
                "{'places': " + places + "}",
                fields -> new SentMessages(QuotedJson.request("{" + request + "}"), form).inChat(fields, "places"));
    }

    @Test
    void ofAChatTheyAreWhatWasSent() {
        assertThat(inChat(AnswerForm.CHAT, "'messages': []", "[2, 0, 2]")).containsExactly(2, 0);
        assertThat(inChat(AnswerForm.CHAT, "'messages': []", "[]")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        [0]     | [1]
        [1]     | [2, 3]
        [2]     | [4]
        [1, 0]  | [2, 3, 1]
        """)
    void behindASystemTextTheyMoveAndSomeAreSeveral(String places, String inChat) {
        assertThat(inChat(AnswerForm.MESSAGE, MESSAGES, places)).hasToString(inChat);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        [0]        | [0]
        [1]        | [1]
        [2]        | [1]
        [1, 2, 3]  | [1]
        """)
    void itemsThatAreOneTurnAreOnePlace(String places, String inChat) {
        assertThat(inChat(AnswerForm.RESPONSE, INPUT, places)).hasToString(inChat);
    }

    @Test
    void anItemThatVanishedHasNoPlace() {
        String thoughts = "'input': [{'type': 'reasoning', 'content': []}, {'role': 'user', 'content': 'a'}]";
        assertThat(inChat(AnswerForm.RESPONSE, thoughts, "[0]")).isEmpty();
        assertThat(inChat(AnswerForm.RESPONSE, thoughts, "[1]")).containsExactly(0);
    }

    @Test
    void anInputOfTextIsTheOnlyPlace() {
        assertThat(inChat(AnswerForm.RESPONSE, "'input': 'a', 'instructions': 'i'", "[0]"))
                .containsExactly(1);
        assertThat(refusal(AnswerForm.RESPONSE, "'input': 'a'", "[0, 1]"))
                .isEqualTo("places[1] is 1, must be below the 1 that were sent");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        [3]     | places[0] is 3, must be below the 3 that were sent
        [0, -1] | places[1] is -1, must be a whole number from 0
        [1.5]   | places[0] is 1.5, must be a whole number from 0
        ['a']   | places[0] is "a", must be a whole number from 0
        5       | places must be an array, not a whole number
        """)
    void whatIsNoPlaceIsNamed(String places, String refusal) {
        assertThat(refusal(AnswerForm.MESSAGE, MESSAGES, places)).isEqualTo(refusal);
    }

    @Test
    void placesAreAtMost1024() {
        String many = "[" + "0, ".repeat(1023) + "0]";
        assertThat(inChat(AnswerForm.CHAT, "'messages': []", many)).containsExactly(0);
        assertThat(refusal(AnswerForm.CHAT, "'messages': []", many.replace("]", ", 0]")))
                .isEqualTo("places has 1025 places, must have at most 1024");
    }
}
