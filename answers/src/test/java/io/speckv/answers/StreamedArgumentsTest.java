package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that leave as they come: when, and what becomes of those that turn out wrong. */
final class StreamedArgumentsTest {
    private static final ToolTypes TOOLS = ToolTypes.of(Map.of(
            "ping", Map.of(), "look", Map.of("properties", Map.of("n", Map.of("type", "integer")))));

    private static AnswerParser reader(CallFormat format) {
        return new AnswerParser(new AnswerSyntax(format, Optional.empty(), false), TOOLS, true);
    }

    /** Parts as a line: {@code 'text'}, {@code tool(}, arguments, {@code )} or {@code !} at a call's end. */
    private static String line(List<AnswerPart> parts) {
        StringBuilder line = new StringBuilder();
        for (AnswerPart part : ReadAnswer.joined(parts)) {
            if (part instanceof AnswerPart.Text text) {
                line.append('\'').append(text.text().replace("\n", "\\n")).append('\'');
            } else if (part instanceof AnswerPart.Reasoning thought) {
                line.append('~').append(thought.text()).append('~');
            } else if (part instanceof AnswerPart.Call call) {
                line.append(call.tool()).append(call.arguments());
            } else if (part instanceof AnswerPart.CallBegun begun) {
                line.append(begun.tool()).append('(');
            } else if (part instanceof AnswerPart.Arguments arguments) {
                line.append(arguments.text());
            } else if (part instanceof AnswerPart.CallEnded ended) {
                line.append(ended.whole() ? ')' : '!');
            }
        }
        return line.toString();
    }

    private static String whole(CallFormat format, String text) {
        return line(ReadAnswer.parts(reader(format), text.replace("\\n", "\n")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        HERMES      § <tool_call>{"name": "ping", "arguments": ¦{¦"a": "b c¦ d"¦}¦}</tool_call>
        HERMES      § <tool_call>{"id": {"name": "look"}, "name": "ping", "parameters": ¦{¦"a": "b c¦ d"¦}¦}</tool_call>
        LLAMA3_JSON § {"name": "ping", "parameters": ¦{¦"a": "b c¦ d"¦}¦}
        LLAMA3_JSON § <|python_tag|>{"name": "ping", "parameters": ¦{¦"a": "b c¦ d"¦}¦}
        LLAMA3_JSON § [{"name": "ping", "parameters": ¦{¦"a": "b c¦ d"¦}¦}]
        MISTRAL     § [TOOL_CALLS]ping¦{¦"a": "b c¦ d"¦}¦
        MISTRAL     § [TOOL_CALLS]ping[CALL_ID]x1[ARGS]¦{¦"a": "b c¦ d"¦}¦
        MISTRAL     § [TOOL_CALLS] [{"name": "ping", "arguments": ¦{¦"a": "b c¦ d"¦}¦}]
        DEEPSEEK    § <｜tool▁call▁begin｜>ping<｜tool▁sep｜>¦{¦"a": "b c¦ d"¦}¦<｜tool▁call▁end｜>
        QWEN3_CODER § <tool_call>{"name": "ping", "arguments": ¦{¦"a": "b c¦ d"¦}¦}</tool_call>
        """)
    void argumentsLeaveAsTheyComeOnceTheHeadIsSure(CallFormat format, String text) {
        AnswerParser reader = reader(format);
        List<String> left = new ArrayList<>();
        for (String piece : text.split("¦", -1)) {
            left.add(line(reader.read(piece)));
        }
        assertThat(left.subList(0, 5))
                .containsExactly(
                        "",
                        "ping({",
                        "\"a\": \"b c",
                        " d\"",
                        "}" + (format == CallFormat.MISTRAL && text.endsWith("}¦") ? ")" : ""));
        assertThat(String.join("", left)).isEqualTo("ping({\"a\": \"b c d\"})");
        assertThat(reader.end()).isEmpty();
    }

    @Test
    void parametersInXmlLeaveOneByOne() {
        AnswerParser reader = reader(CallFormat.QWEN3_CODER);
        assertThat(line(reader.read("<tool_call>\n<function=look>\n"))).isEmpty();
        assertThat(line(reader.read("<parameter="))).isEqualTo("look({");
        assertThat(line(reader.read("a>\nx\n</parameter>\n<parameter"))).isEmpty();
        assertThat(line(reader.read("=n>"))).isEqualTo("\"a\": \"x\"");
        assertThat(line(reader.read("\n12\n</parameter>\n</function"))).isEmpty();
        assertThat(line(reader.read(">"))).isEqualTo(", \"n\": 12})");
        assertThat(line(reader.read("\n</tool_call>"))).isEmpty();
        assertThat(reader.end()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        HERMES      § <tool_call>{"arguments": {"a": 1}, "name": "ping"}</tool_call>     § ping{"a": 1}
        HERMES      § <tool_call>{"name": "ping", "arguments": "{\\"a\\": 1}"}</tool_call> § ping{"a": 1}
        HERMES      § <tool_call>{"name": "other", "arguments": {"a": 1}}</tool_call>    § other{"a": 1}
        LLAMA3_JSON § {"name": "other", "parameters": {}}                                § '{"name": "other", "parameters": {}}'
        MISTRAL     § [TOOL_CALLS]other{"a": 1}                                          § other{"a": 1}
        QWEN3_CODER § <function=other><parameter=a>1</parameter></function>              § other{"a": "1"}
        QWEN3_CODER § <function=ping></function>                                         § ping{}
        """)
    void aCallWhoseHeadIsNotSureLeavesWhole(CallFormat format, String text, String parts) {
        assertThat(whole(format, text)).isEqualTo(parts);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        [{"name": "ping", "parameters": {}}, {"name": "look", "parameters": {"a": 1}}]  § ping({})look({"a": 1})
        [{"name": "ping", "parameters": {}}, {"parameters": {"a": 1}, "name": "look"}]  § ping({})look{"a": 1}
        [{"parameters": {}, "name": "ping"}, {"name": "look", "parameters": {"a": 1}}]  § ping{}look{"a": 1}
        [{"name": "ping", "parameters": {"a": 1}}, {"name": "look"}]                    § ping({"a": 1}!'}, {"name": "look"}]'
        [{"name": "ping", "parameters": {}}, {"name": "look", "parameters": {"a": x}}]  § ping({})look({"a": !'x}}]'
        [{"name": "ping", "parameters": {}}, 7]                                         § ping({}!'}, 7]'
        """)
    void callsOfAnArrayLeaveInTheirOrder(String text, String parts) {
        assertThat(whole(CallFormat.LLAMA3_JSON, text)).isEqualTo(parts);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        HERMES      § <tool_call>{"name": "ping", "arguments": {"a": "b        § ping({"a": "b!
        HERMES      § <tool_call>{"name": "ping", "arguments": {"a": 1}        § ping({"a": 1}!
        HERMES      § <tool_call>{"name": "ping", "arguments": {"a": bad}}</tool_call> go § ping({"a": !'bad}}</tool_call> go'
        HERMES      § <tool_call>{"name": "ping", "arguments": {"a": 01}}      § ping({"a": 0!'1}}'
        HERMES      § <tool_call>{"name": "ping", "arguments": {}}}</tool_call> § ping({}!'}}</tool_call>'
        HERMES      § <tool_call>{"name": "ping", "arguments": {}, "name": "look"}</tool_call> § ping({}!', "name": "look"}</tool_call>'
        HERMES      § <tool_call>{"name": "ping", "arguments": {"a\\n":1}}       § ping({"a!'\\n":1}}'
        LLAMA3_JSON § {"name": "ping", "parameters": {"a": [1}} ok {"b": 2}    § ping({"a": [1!'}} ok {"b": 2}'
        MISTRAL     § [TOOL_CALLS]ping{"a": tru                                § ping({"a": tru!
        MISTRAL     § [TOOL_CALLS]ping{"a": try} and                           § ping({"a": tr!'y} and'
        DEEPSEEK    § <｜tool▁call▁begin｜>ping<｜tool▁sep｜>{"a": 1} oh <｜tool▁call▁end｜> § ping({"a": 1}!' oh <｜tool▁call▁end｜>'
        QWEN3_CODER § <function=look><parameter=n>1</parameter><parameter=n>2</parameter></function> § look({"n": 1!'<parameter=n>2</parameter></function>'
        QWEN3_CODER § <function=look>\\n<parameter=a>\\nx                        § look({!'<parameter=a>\\nx'
        """)
    void aCallThatBreaksKeepsItsArgumentsAndTheRestIsText(CallFormat format, String text, String parts) {
        assertThat(whole(format, text)).isEqualTo(parts);
    }

    @Test
    void aBrokenCallDoesNotHideTheNext() {
        assertThat(whole(
                        CallFormat.HERMES,
                        "<tool_call>{\"name\": \"ping\", \"arguments\": {\"a\": <tool_call>"
                                + "{\"name\": \"look\", \"arguments\": {}}</tool_call>"))
                .isEqualTo("ping({\"a\": !look({})");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " and so on", "</think>"})
    void aCallWithinThoughtsLeavesAtTheEndOrIsAThought(String after) {
        Optional<ReasoningMarks> marks = Optional.of(ReasoningMarks.starting("<think>"));
        AnswerSyntax syntax = new AnswerSyntax(CallFormat.HERMES, marks, true);
        String call = "<tool_call>{\"name\": \"ping\", \"arguments\": {}}</tool_call>";
        String cut = "<tool_call>{\"name\": \"ping\", \"arguments\": {";
        AnswerParser reader = new AnswerParser(syntax, TOOLS, true);
        assertThat(line(reader.read(call + after))).isEqualTo(after.equals("</think>") ? "~" + call + "~" : "");
        assertThat(line(ReadAnswer.parts(new AnswerParser(syntax, TOOLS, true), cut + after)))
                .isEqualTo("~" + cut + after.replace("</think>", "") + "~");
    }
}
