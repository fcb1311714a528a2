package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTurnsReaderTest {
    private static List<String> turns(String messages) {
        return QuotedJson.lines(ChatTurnsReader.read(
                QuotedJson.request("{'messages': [" + messages + "]}").objects("messages")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'role': 'user', 'content': 'Hi'}                                            | user 'Hi'
        {'role': 'developer', 'content': 'Be terse.'}                                | system 'Be terse.'
        {'role': 'critic', 'content': 'No.'}                                         | critic 'No.'
        {'role': 'user', 'content': ''}                                              | user ''
        {'role': 'user', 'content': [{'type': 'text', 'text': 'a'}]}                 | user 'a'
        {'role': 'assistant', 'content': null}                                       | assistant ''
        {'role': 'assistant'}                                                        | assistant ''
        {'role': 'assistant', 'content': '', 'refusal': 'I will not.'}               | assistant 'I will not.'
        {'role': 'user', 'content': 'Hi', 'name': 'Ann', 'weight': 2, 'cut': null} | user 'Hi' {'name':'Ann','weight':2.0}
        """)
    void aMessageIsATurnInTheRolesThatTemplatesKnow(String message, String turn) {
        assertThat(turns(message)).containsExactly(turn);
    }

    @Test
    void partsOfTextAreLinesOfIt() {
        assertThat(turns("{'role': 'assistant', 'content': [{'type': 'text', 'text': 'a'},"
                        + " {'type': 'refusal', 'refusal': 'b'}], 'refusal': 'c'}"))
                .containsExactly("assistant 'a\nb\nc'");
    }

    @Test
    void aTurnThatOnlyCallsHasNoContent() {
        String call = "{'id': 'c1', 'type': 'function', 'function': {'name': 'ping', 'arguments': '{}'}}";
        String attributes =
                "{'tool_calls':[{'function':{'arguments':'{}','name':'ping'},'id':'c1','type':'function'}]}";
        assertThat(turns("{'role': 'assistant', 'tool_calls': [" + call + "]}"))
                .containsExactly("assistant " + attributes);
        assertThat(turns("{'role': 'assistant', 'content': '', 'tool_calls': [" + call + "]}"))
                .as("empty text is what was sent")
                .containsExactly("assistant '' " + attributes);
        assertThat(turns("{'role': 'assistant', 'content': 'So:', 'tool_calls': [" + call + "]}"))
                .containsExactly("assistant 'So:' " + attributes);
    }

    /** In an object on the wire numbers would be doubles. */
    @ParameterizedTest
    @ValueSource(strings = {"'tool_calls': [{'function': {CALL}, 'type': 'function'}]", "'function_call': {CALL}"})
    void argumentsThatAreAnObjectGoOnAsItsExactText(String call) {
        String given = "'name': 'f', 'arguments': {'z': 9007199254740993, 'at': 1.5, 'in': [true, null], 'a': {}}";
        Value function = ChatTurnsReader.read(
                        QuotedJson.request("{'messages': [{'role': 'assistant', " + call.replace("CALL", given) + "}]}")
                                .objects("messages"))
                .get(0)
                .getAttributes()
                .getFieldsOrThrow("tool_calls")
                .getListValue()
                .getValues(0)
                .getStructValue()
                .getFieldsOrThrow("function");

        assertThat(function.getStructValue().getFieldsOrThrow("name").getStringValue())
                .isEqualTo("f");
        assertThat(function.getStructValue().getFieldsOrThrow("arguments").getStringValue())
                .isEqualTo("{\"z\":9007199254740993,\"at\":1.5,\"in\":[true,null],\"a\":{}}");
    }

    @Test
    void callsInTheOlderFormGetIdsThatTheirResultsShare() {
        assertThat(turns("{'role': 'assistant', 'function_call': {'name': 'f', 'arguments': '{}'}},"
                        + "{'role': 'function', 'name': 'f', 'content': '1'},"
                        + "{'role': 'assistant', 'content': 'x', 'function_call': {'name': 'g', 'arguments': '{}'}},"
                        + "{'role': 'function', 'name': 'g', 'content': '2'}"))
                .containsExactly(
                        "assistant {'tool_calls':[{'function':{'arguments':'{}','name':'f'},'id':'call00000',"
                                + "'type':'function'}]}",
                        "tool '1' {'name':'f','tool_call_id':'call00000'}",
                        "assistant 'x' {'tool_calls':[{'function':{'arguments':'{}','name':'g'},'id':'call00001',"
                                + "'type':'function'}]}",
                        "tool '2' {'name':'g','tool_call_id':'call00001'}");
    }

    @Test
    void aResultWhoseCallWasCutOffHasAnIdToo() {
        assertThat(turns("{'role': 'function', 'name': 'f', 'content': '1'}"))
                .containsExactly("tool '1' {'name':'f','tool_call_id':'call00000'}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'content': 'a'}                                 | role is missing
        {'role': 7, 'content': 'a'}                      | role must be a string, not a whole number
        {USER} | content is missing: must be a string, or an array of at least 1 text part
        {USER, 'content': []} | content is missing: must be a string, or an array of at least 1 text part
        {USER, 'content': 5}                   | content must be a string or an array of text parts, not a whole number
        {USER, 'content': [{'text': 'a'}]}     | content[0].type is missing
        {USER, 'content': [{'type': 'text'}]}  | content[0].text is missing
        {USER, 'content': [{'type': 'image_url'}]} | content[0].type is 'image_url'; only 'text' is supported
        {USER, 'content': [{'type': 'refusal'}]} | content[0].type is 'refusal'; only 'text' is supported
        {USER, 'content': ['a']}               | content[0] must be an object, not a string
        {ASSISTANT, 'tool_calls': [{}]}        | tool_calls[0].function is missing
        {ASSISTANT, 'tool_calls': [{'type': 'custom'}]} | tool_calls[0].type is 'custom'; only 'function' is supported
        {ASSISTANT, 'tool_calls': [{'function': {}}]} | tool_calls[0].function.name is missing
        {ASSISTANT, 'tool_calls': [{'id': 5, 'function': {'name': 'f'}}]} | tool_calls[0].id must be a string, not a whole number
        {ASSISTANT, 'tool_calls': [{'function': {'name': 'f', 'arguments': 5}}]} \
        | tool_calls[0].function.arguments must be a string or an object, not a whole number
        {USER, 'content': 'a', 'function_call': {'name': 'f'}} \
        | function_call belongs to a message of the assistant without tool_calls
        {ASSISTANT, 'function_call': {}}       | function_call.name is missing
        {USER, 'content': 'a', 'weight': [9007199254740993]} \
        | weight has the whole number 9007199254740993, must have none beyond 2^53 from 0: send it as a string
        {ASSISTANT, 'tool_calls': [{'index': -9007199254740993, 'function': {'name': 'f'}}]} \
        | tool_calls has the whole number -9007199254740993, must have none beyond 2^53 from 0: send it as a string
        """)
    void whatIsWrongIsNamedByItsPlace(String message, String refusal) {
        String first = "{'role': 'user', 'content': 'Hi'}";
        String second = message.replace("USER", "'role': 'user'").replace("ASSISTANT", "'role': 'assistant'");
        assertThat(QuotedJson.refusal(
                        "{'messages': [" + first + ", " + second + "]}",
                        request -> ChatTurnsReader.read(request.objects("messages"))))
                .isEqualTo("messages[1]." + refusal);
    }
}
