package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Items of OpenAI's Responses as turns of a chat, and what such a request may not ask for. */
class ResponsesReaderTest {
    private static final String USER = "{'role': 'user', 'content': 'Hi'}";
    private static final String CALL = "{'type': 'function_call', 'call_id': 'c', 'name': 'f', 'arguments': '{}'}";
    private static final String CALLED =
            "'tool_calls':[{'function':{'arguments':'{}','name':'f'},'id':'c','type':'function'}]";

    private static NamedTurns read(String items) {
        return ResponsesReader.turns(QuotedJson.request("{'input': [" + items + "]}"));
    }

    private static List<String> turns(String items) {
        return QuotedJson.lines(read(items).turns());
    }

    private static String said(String text) {
        return "{'type': 'message', 'role': 'assistant', 'content': [{'type': 'output_text', 'text': '" + text + "'}]}";
    }

    private static String thought(String text) {
        return "{'type': 'reasoning', 'content': [{'type': 'reasoning_text', 'text': '" + text + "'}]}";
    }

    @Test
    void textAloneIsTheUsers() {
        NamedTurns turns = ResponsesReader.turns(QuotedJson.request("{'input': 'Hi', 'instructions': 'Be terse.'}"));
        assertThat(QuotedJson.lines(turns.turns())).containsExactly("system 'Be terse.'", "user 'Hi'");
        assertThat(turns.names())
                .containsEntry("prompt.chat.messages[0]", "instructions")
                .containsEntry("prompt.chat.messages[1]", "input");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'role': 'user', 'content': 'Hi'}                                        | user 'Hi'
        {'role': 'developer', 'content': 'Be terse.'}                            | system 'Be terse.'
        {'role': 'user', 'content': [{'type': 'input_text', 'text': 'Hi'}]}      | user 'Hi'
        {'role': 'assistant', 'content': [{'type': 'refusal', 'refusal': 'No'}]} | assistant 'No'
        {'type': 'function_call_output', 'call_id': 'c', 'output': '5'}          | tool '5' {'tool_call_id':'c'}
        {'type': 'function_call_output', 'call_id': 'c', 'output': [{'type': 'input_text', 'text': '5'}]} \
        | tool '5' {'tool_call_id':'c'}
        """)
    void anItemIsATurn(String item, String turn) {
        assertThat(turns(item)).containsExactly(turn);
    }

    @Test
    void reasoningTextAndCallsOfTheAssistantAreOneTurn() {
        NamedTurns turns = read(USER + "," + thought("hm") + "," + said("So") + "," + CALL + "," + USER);
        assertThat(QuotedJson.lines(turns.turns()))
                .containsExactly("user 'Hi'", "assistant 'So' {'reasoning_content':'hm'," + CALLED + "}", "user 'Hi'");
        assertThat(turns.places())
                .containsEntry("input[1]", List.of(1))
                .containsEntry("input[2]", List.of(1))
                .containsEntry("input[3]", List.of(1))
                .containsEntry("input[4]", List.of(2));
        assertThat(turns.names()).containsEntry("prompt.chat.messages[1]", "input[1]");
    }

    @Test
    void whatTheAssistantSaysOrThinksAnewBeginsAnother() {
        assertThat(turns(said("a") + "," + said("b"))).containsExactly("assistant 'a'", "assistant 'b'");
        assertThat(turns(CALL + "," + said("b"))).containsExactly("assistant {" + CALLED + "}", "assistant 'b'");
        assertThat(turns(said("a") + "," + thought("hm") + "," + said("b")))
                .containsExactly("assistant 'a'", "assistant 'b' {'reasoning_content':'hm'}");
        assertThat(turns(CALL + "," + CALL.replace("'c'", "'d'"))).hasSize(1);
    }

    @Test
    void thoughtsOfNoTurnAreLeftOut() {
        assertThat(turns(thought("hm") + "," + USER)).containsExactly("user 'Hi'");
        assertThat(turns(USER + "," + thought("hm"))).containsExactly("user 'Hi'");
        assertThat(turns("{'type': 'reasoning', 'summary': []}," + said("a")))
                .as("encrypted ones have no text")
                .containsExactly("assistant 'a'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'input': []                                        | input must have at least one item
        'input': 5 | input must be a string or an array of items, not a whole number
        'instructions': 'a'                                | input is missing: must be a string or an array of items
        'input': [5]                                       | input[0] must be an object, not a whole number
        ITEM {'content': 'a'}                               | [0].role is missing
        ITEM {'role': 'user'} | [0].content is missing: must be a string or an array of text parts
        ITEM {'type': 'item_reference'} \
        | [0].type is 'item_reference'; message, reasoning, function_call and function_call_output are supported
        ITEM {'role': 'user', 'content': [{'type': 'input_image'}]}| [0].content[0].type is 'input_image'; only text is supported
        ITEM {'role': 'user', 'content': [{'type': 'input_text'}]}| [0].content[0].text is missing
        ITEM {'type': 'function_call', 'name': 'f'}         | [0].call_id is missing
        ITEM {'type': 'function_call', 'call_id': 'c'}      | [0].name is missing
        ITEM {'type': 'function_call', 'call_id': 'c', 'name': 'f'}| [0].arguments is missing
        ITEM {'type': 'function_call_output'}               | [0].call_id is missing
        """)
    void whatIsWrongIsNamedByItsPlace(String fields, String refusal) {
        String request = fields.replaceFirst("ITEM (.*)", "'input': [$1]");
        assertThat(QuotedJson.refusal("{" + request + "}", ResponsesReader::turns))
                .isEqualTo(refusal.startsWith("[") ? "input" + refusal : refusal);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'previous_response_id': 'r'     | previous_response_id WHOLE
        'conversation': 'c'             | conversation WHOLE
        'prompt': {'id': 'p'}           | prompt WHOLE
        'background': true              | background is not supported: nothing is stored here
        'truncation': 'auto'            | truncation is 'auto'; only 'disabled' is supported
        'include': ['x'], 'top_logprobs': 1 | top_logprobs needs include to have 'message.output_text.logprobs'
        'text': {'verbosity': 'low'}    | text.verbosity is 'low'; only 'medium' is supported, which changes nothing
        'max_output_tokens': 0          | max_output_tokens is 0, must be at least 1
        """)
    void whatIsNotDoneHereIsRefused(String field, String refusal) {
        String whole = "is not supported: nothing is stored here, send the whole conversation";
        assertThat(QuotedJson.refusal("{'input': 'Hi', " + field + "}", ResponsesReader::read))
                .isEqualTo(refusal.replace("WHOLE", whole));
    }

    @Test
    void whatChangesNothingIsTaken() {
        Generation read = ResponsesReader.read(QuotedJson.request("{'input': 'Hi', 'truncation': 'disabled',"
                + " 'background': false, 'text': {'verbosity': 'medium'}, 'max_output_tokens': 7}"));
        assertThat(read.requests()).hasSize(1);
        assertThat(read.requests().get(0).getSampling().getMaxNewTokens()).isEqualTo(7);
        assertThat(read.form()).isEqualTo(AnswerForm.RESPONSE);
    }
}
