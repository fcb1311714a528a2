package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.GenerateRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anthropic's messages as turns of a chat, and what else such a request says. */
class MessagesReaderTest {
    private static final String HI = "'messages': [{'role': 'user', 'content': 'Hi'}]";

    private static List<String> turns(String messages) {
        return QuotedJson.lines(MessagesReader.turns(QuotedJson.request("{'messages': [" + messages + "]}"))
                .turns());
    }

    private static GenerateRequest read(String fields) {
        return MessagesReader.read(QuotedJson.request("{'max_tokens': 9, " + fields + "}"))
                .requests()
                .get(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'role': 'user', 'content': 'Hi'}                                          | user 'Hi'
        {'role': 'system', 'content': 'Be terse.'}                                 | system 'Be terse.'
        {'role': 'user', 'content': [{'type': 'text', 'text': 'Hi'}]}              | user 'Hi'
        {'role': 'assistant', 'content': [{'type': 'text', 'text': 'So'}]}         | assistant 'So'
        {'role': 'assistant', 'content': [{'type': 'redacted_thinking'}]}          | assistant ''
        {'role': 'user', 'content': [{'type': 'tool_result', 'tool_use_id': 'c'}]} | tool '' {'tool_call_id':'c'}
        """)
    void aMessageOfOneKindIsATurn(String message, String turn) {
        assertThat(turns(message)).containsExactly(turn);
    }

    @Test
    void aCallsInputBecomesTheTextOfItsArguments() {
        assertThat(turns("{'role': 'assistant', 'content': ["
                        + "{'type': 'tool_use', 'id': 'c', 'name': 'f', 'input': {'a': 1}}]}"))
                .containsExactly("assistant {'tool_calls':[{'function':{'arguments':'{\\'a\\':1}','name':'f'},"
                        + "'id':'c','type':'function'}]}");
    }

    @Test
    void textsOfOneMessageAreLinesAndThoughtsStandApart() {
        assertThat(turns("{'role': 'assistant', 'content': [{'type': 'thinking', 'thinking': 'hm'},"
                        + " {'type': 'text', 'text': 'a'}, {'type': 'text', 'text': 'b'}]}"))
                .containsExactly("assistant 'a\nb' {'reasoning_content':'hm'}");
    }

    @Test
    void eachResultOfATurnIsATurnAndTheTextAroundItToo() {
        assertThat(turns("{'role': 'user', 'content': [{'type': 'text', 'text': 'before'},"
                        + "{'type': 'tool_result', 'tool_use_id': 'a', 'content': '1'},"
                        + "{'type': 'tool_result', 'tool_use_id': 'b', 'content': [{'type': 'text', 'text': '2'}]},"
                        + "{'type': 'text', 'text': 'x'}, {'type': 'text', 'text': 'y'}]}"))
                .containsExactly(
                        "user 'before'",
                        "tool '1' {'tool_call_id':'a'}",
                        "tool '2' {'tool_call_id':'b'}",
                        "user 'x\ny'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'no such file'        | Error: no such file
        'Error 404'           | Error 404
        '[error] no'          | [error] no
        'An error occurred'   | Error: An error occurred
        ''                    | Error
        '  '                  | Error
        """)
    void aResultThatFailedSaysSo(String content, String told) {
        assertThat(turns("{'role': 'user', 'content': [{'type': 'tool_result', 'tool_use_id': 'c', 'is_error': true,"
                        + " 'content': " + content + "}]}"))
                .containsExactly("tool '" + told + "' {'tool_call_id':'c'}");
    }

    @Test
    void theSystemTextIsTheFirstTurn() {
        assertThat(QuotedJson.lines(MessagesReader.turns(QuotedJson.request("{'system': 'Be terse.', " + HI + "}"))
                        .turns()))
                .containsExactly("system 'Be terse.'", "user 'Hi'");
        NamedTurns blocks = MessagesReader.turns(QuotedJson.request(
                "{'system': [{'type': 'text', 'text': 'a'}, {'type': 'text', 'text': 'b'}], " + HI + "}"));
        assertThat(QuotedJson.lines(blocks.turns())).containsExactly("system 'a\nb'", "user 'Hi'");
        assertThat(blocks.names())
                .containsEntry("prompt.chat.messages[0]", "system")
                .containsEntry("prompt.chat.messages[1]", "messages[0]");
    }

    @Test
    void anAnswerGoesOnWithTheAssistantsLastMessage() {
        assertThat(read(HI).getPrompt().getChat().getContinueFinalMessage()).isFalse();
        assertThat(read("'messages': [{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': 'So'}]")
                        .getPrompt()
                        .getChat()
                        .getContinueFinalMessage())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"enabled, true", "adaptive, true", "disabled, false"})
    void thinkingIsAVariableOfTheTemplate(String type, boolean thinks) {
        assertThat(read(HI + ", 'thinking': {'type': '" + type + "'}")
                        .getPrompt()
                        .getChat()
                        .getTemplateVariables()
                        .getFieldsOrThrow("enable_thinking")
                        .getBoolValue())
                .isEqualTo(thinks);
    }

    @Test
    void stopSequencesComeBehindStops() {
        assertThat(read(HI + ", 'stop': 'a', 'stop_sequences': ['b', 'c']")
                        .getSampling()
                        .getStopList())
                .containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'messages': []                                                | messages must have at least one message
        'messages': [{'content': 'a'}]                                | messages[0].role is missing
        'messages': [{'role': 'tool', 'content': 'a'}] | messages[0].role is 'tool', must be user or assistant
        'messages': [{'role': 'user'}] | messages[0].content is missing: must be a string or an array of blocks
        'messages': [{'role': 'user', 'content': []}]                 | messages[0].content must have at least one block
        USER[{'type': 'image'}] | [0].type is 'image'; text and tool_result are supported here
        USER[{'type': 'tool_result'}] | [0].tool_use_id is missing
        ASSISTANT[{'type': 'tool_result'}] | [0].type is 'tool_result'; text, thinking and tool_use are supported here
        ASSISTANT[{'type': 'tool_use', 'id': 'c'}] | [0].name is missing
        ASSISTANT[{'type': 'tool_use', 'id': 'c', 'name': 'f'}] | [0].input is missing
        'system': 5, HI   | system must be a string or an array of blocks, not a whole number
        'system': [{'type': 'image'}], HI | system[0].type is 'image'; only 'text' is supported here
        'thinking': {'type': 'much'}, HI | thinking.type is 'much', must be enabled, disabled or adaptive
        'output_config': {'task_budget': 5}, HI | output_config.task_budget is not supported: max_tokens bounds the answer
        """)
    void whatIsWrongIsNamedByItsPlace(String fields, String refusal) {
        String blocks = fields.replaceFirst("(USER|ASSISTANT)(\\[.*)", "'messages': [{'role': '$1', 'content': $2}]")
                .replace("USER", "user")
                .replace("ASSISTANT", "assistant");
        assertThat(QuotedJson.refusal("{'max_tokens': 9, " + blocks.replace("HI", HI) + "}", MessagesReader::read))
                .isEqualTo(refusal.startsWith("[") ? "messages[0].content" + refusal : refusal);
    }

    @Test
    void anAnswerNeedsABound() {
        assertThat(QuotedJson.refusal("{" + HI + "}", MessagesReader::read))
                .isEqualTo("max_tokens is missing: most tokens that the answer may have");
        assertThat(MessagesReader.count(QuotedJson.request("{'model': 'm', " + HI + "}"))
                        .getModel())
                .as("a prompt that is counted needs none")
                .isEqualTo("m");
    }
}
