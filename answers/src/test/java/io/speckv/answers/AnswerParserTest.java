package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerParserTest {
    private static final ToolTypes TOOLS = ToolTypes.of(Map.of("ping", Map.of(), "look", Map.of()));
    private static final Optional<ReasoningMarks> THINK = Optional.of(ReasoningMarks.starting("<think>"));

    private static ReadAnswer read(CallFormat format, String text) {
        return ReadAnswer.of(new AnswerSyntax(format, Optional.empty(), false), TOOLS, text);
    }

    private static ReadAnswer thought(boolean opened, String text) {
        return ReadAnswer.of(new AnswerSyntax(CallFormat.HERMES, THINK, opened), TOOLS, text);
    }

    @Test
    void textLeavesAtOnceAndACallWhenItIsWhole() {
        AnswerParser reader = new AnswerParser(new AnswerSyntax(CallFormat.HERMES, Optional.empty(), false), TOOLS);
        assertThat(reader.read("I look. <to")).containsExactly(new AnswerPart.Text("I look. "));
        assertThat(reader.read("ol_call>{\"name\": \"look\", \"arg")).isEmpty();
        assertThat(reader.read("uments\": {\"at\": 1}}</tool_call")).isEmpty();
        assertThat(reader.read(">")).containsExactly(new AnswerPart.Call("look", "{\"at\": 1}"));
        assertThat(reader.read(" <b")).containsExactly(new AnswerPart.Text(" <b"));
        assertThat(reader.end()).isEmpty();
    }

    @Test
    void whatMayComeToBeAPartIsUndecided() {
        AnswerParser reader = new AnswerParser(new AnswerSyntax(CallFormat.HERMES, THINK, false), TOOLS);
        StringBuilder undecided = new StringBuilder();
        for (String piece : List.of(
                "<th",
                "ink>so",
                "</thi",
                "nk>Hi <to",
                "ol_call>{",
                "\"name\": \"ping\", \"arguments\": {}}</tool_call>",
                "x<",
                "y")) {
            var unused = reader.read(piece);
            undecided.append(reader.undecided()).append(' ');
        }

        assertThat(undecided.toString()).isEqualTo("3 0 5 3 12 0 1 0 ");
    }

    @Test
    void argumentsAreTheModelsOwnCharacters() {
        String arguments = "{ \"a\":1.50,\"b\" : [ 1e3 , \"\\u00f6\\/\" ],\n\"c\":{}}";
        assertThat(read(CallFormat.HERMES, "<tool_call>{\"name\":\"look\",\"arguments\":" + arguments + "}</tool_call>")
                        .calls())
                .containsExactly("look " + arguments);
        assertThat(read(CallFormat.LLAMA3_JSON, "{\"name\":\"look\",\"parameters\":" + arguments + "}")
                        .calls())
                .containsExactly("look " + arguments);
        assertThat(read(CallFormat.MISTRAL, "[TOOL_CALLS]look" + arguments).calls())
                .containsExactly("look " + arguments);
        assertThat(read(CallFormat.DEEPSEEK, "<｜tool▁call▁begin｜>look<｜tool▁sep｜>" + arguments + "<｜tool▁call▁end｜>")
                        .calls())
                .containsExactly("look " + arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<tool_call>{\"name\": \"ping\", \"arguments\": {}}",
                "<tool_call>{\"name\": \"ping\", \"arguments\": {}}\n",
                "<tool_call>{\"arguments\": {}, \"id\": 3, \"name\": \"ping\"}</tool_call>",
                "<tool_call>{\"name\": \"ping\", \"parameters\": {}}</tool_call>\n\n"
            })
    void aCallWithoutItsLastMarkOrInAnotherOrderIsOne(String text) {
        assertThat(read(CallFormat.HERMES, text).calls()).containsExactly("ping {}");
        assertThat(read(CallFormat.HERMES, text).content()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<tool_call>{\"name\": \"ping\", \"arguments\": {}}}</tool_call>",
                "<tool_call>{\"name\": \"ping\", \"arguments\": []}</tool_call>",
                "<tool_call>{\"name\": \"\", \"arguments\": {}}</tool_call>",
                "<tool_call>{\"name\": 7, \"arguments\": {}}</tool_call>",
                "<tool_call>{\"name\": \"ping\", \"arguments\": \"no object\"}</tool_call>",
                "<tool_call>{\"name\": \"ping\", \"arguments\": {}, \"parameters\": {}}</tool_call>",
                "<tool_call>{\"name\": \"ping\", \"name\": \"look\", \"arguments\": {}}</tool_call>",
                "<tool_call>{'name': 'ping', 'arguments': {}}</tool_call>",
                "<tool_call>{\"name\": \"ping\", \"arguments\": {\"a\": 01}}</tool_call>",
                "<tool_call>{\"name\": \"ping\", \"arguments\": {\"a\": \"b\nc\"}}</tool_call>",
                "<tool_call>ping()</tool_call>",
                "<tool_call></tool_call>",
                "</tool_call>",
                "<tool_call"
            })
    void whatIsNoValidCallStaysText(String text) {
        assertThat(read(CallFormat.HERMES, text).content()).isEqualTo(text);
        assertThat(read(CallFormat.HERMES, text).calls()).isEmpty();
    }

    @Test
    void aWrongCallDoesNotHideTheNext() {
        ReadAnswer read = read(
                CallFormat.HERMES,
                "<tool_call>{\"name\": \"ping\", \"arguments\": {\"a\": 1}\n</tool_call>\n"
                        + "<tool_call>{\"name\": \"look\", \"arguments\": {}}</tool_call>");
        assertThat(read.calls()).containsExactly("look {}");
        assertThat(read.content()).startsWith("<tool_call>{\"name\": \"ping\"").endsWith("</tool_call>\n");
    }

    @Test
    void textAroundCallsStaysAndWhiteSpaceAloneGoes() {
        String call = "<tool_call>{\"name\": \"ping\", \"arguments\": {}}</tool_call>";
        assertThat(read(CallFormat.HERMES, "\n" + call + "\n\n" + call + "\n").parts())
                .containsExactly(new AnswerPart.Call("ping", "{}"), new AnswerPart.Call("ping", "{}"));
        assertThat(read(CallFormat.HERMES, "a\n" + call + " b " + call).parts())
                .containsExactly(
                        new AnswerPart.Text("a\n"),
                        new AnswerPart.Call("ping", "{}"),
                        new AnswerPart.Text(" b "),
                        new AnswerPart.Call("ping", "{}"));
        assertThat(read(CallFormat.HERMES, " \n ").content()).isEqualTo(" \n ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
                <|python_tag|>{"name": "x", "parameters": {}}                                   § x {}
                {"name": "ping", "parameters": {}}; {"name": "look", "parameters": {}}         § ping {},look {}
                [{"name": "ping", "arguments": {}},{"name": "look", "arguments": {"a": [1]}}]  § ping {},look {"a": [1]}
                """)
    void llamaCallsHaveManyShapes(String text, String calls) {
        assertThat(String.join(",", read(CallFormat.LLAMA3_JSON, text).calls())).isEqualTo(calls);
        assertThat(read(CallFormat.LLAMA3_JSON, text).content()).isEmpty();
    }

    @Test
    void unmarkedJsonIsACallOnlyOfADeclaredTool() {
        String text = "Such as {\"name\": \"Ann\", \"parameters\": {}} or {\"a\": [1, 2]}.";
        assertThat(read(CallFormat.LLAMA3_JSON, text).content()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                [TOOL_CALLS] [{"name": "ping", "arguments": {}}, {"name": "look", "arguments": {}}] | ping {},look {}
                [TOOL_CALLS] [{"name": "ping", "arguments": {}, "id": "abcdefghi"}]                 | ping {}
                [TOOL_CALLS]ping[CALL_ID]abcdefghi[ARGS]{"a": 1}                                    | ping {"a": 1}
                [TOOL_CALLS]ping [ARGS] {"a": 1}                                                    | ping {"a": 1}
                [TOOL_CALLS]my_server.look-up{}                                                     | my_server.look-up {}
                """)
    void mistralCallsHaveManyShapes(String text, String calls) {
        assertThat(String.join(",", read(CallFormat.MISTRAL, text).calls())).isEqualTo(calls);
        assertThat(read(CallFormat.MISTRAL, text).content()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[TOOL_CALLS]",
                "[TOOL_CALLS]{}",
                "[TOOL_CALLS][]",
                "[TOOL_CALLS]a b{}",
                "[TOOL_CALLS]ping[ARG]{}",
                "[TOOL_CALLS]ping[CALL_ID]x{}",
                "[TOOL_CALLS][{\"name\": \"ping\"}]",
                "[TOOL_CALLS]ping[1]"
            })
    void whatIsNoMistralCallStaysText(String text) {
        assertThat(read(CallFormat.MISTRAL, text).content()).isEqualTo(text);
    }

    @Test
    void deepSeekWritesFencesAndNone() {
        String begin = "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>";
        String end = "<｜tool▁call▁end｜><｜tool▁calls▁end｜>";
        assertThat(read(CallFormat.DEEPSEEK, begin + "function<｜tool▁sep｜>ping\n```json\n{}\n```" + end)
                        .calls())
                .containsExactly("ping {}");
        assertThat(read(CallFormat.DEEPSEEK, begin + "ping<｜tool▁sep｜>{}" + end).calls())
                .containsExactly("ping {}");
        String wrong = begin + "function<｜tool▁sep｜>ping\n```yaml\n{}\n```" + end;
        assertThat(read(CallFormat.DEEPSEEK, wrong).content()).isEqualTo(wrong);
        String unseparated = begin + "look{\"a\":1}<｜tool▁call▁end｜>";
        ReadAnswer behind = read(CallFormat.DEEPSEEK, unseparated + "<｜tool▁call▁begin｜>ping<｜tool▁sep｜>{}" + end);
        assertThat(behind.calls()).containsExactly("ping {}");
        assertThat(behind.content()).isEqualTo(unseparated);
    }

    @Test
    void anXmlValueEndsWhereTheNextMarkSaysSo() {
        ReadAnswer read = read(
                CallFormat.QWEN3_CODER,
                "<function=look>\n<parameter=a>\nx</parameter></parameter>\n<parameter=b>\n1\n</parameter>\n</function>"
                        + "\n</tool_call>");
        assertThat(read.calls()).containsExactly("look {\"a\": \"x</parameter>\", \"b\": \"1\"}");
        assertThat(read.content()).isEmpty();
        String doubled = "<function=look><parameter=a>1</parameter><parameter=a>2</parameter></function>";
        assertThat(read(CallFormat.QWEN3_CODER, doubled).content()).isEqualTo(doubled);
    }

    @Test
    void reasoningBeginsWithItsMarkOrInThePrompt() {
        assertThat(thought(false, "<think>a</think>b").reasoning()).isEqualTo("a");
        assertThat(thought(true, "a</think>b").reasoning()).isEqualTo("a");
        assertThat(thought(true, "<think>a</think>b").reasoning()).isEqualTo("a");
        assertThat(thought(false, "b <think>c</think>").content()).isEqualTo("b <think>c</think>");
        assertThat(thought(false, "<thin").content()).isEqualTo("<thin");
        assertThat(thought(true, "<thin").reasoning()).isEqualTo("<thin");
    }

    @Test
    void callsWithinThoughtsAreThoughtsUnlessTheyAreNeverClosed() {
        String call = "<tool_call>{\"name\": \"ping\", \"arguments\": {}}</tool_call>";
        assertThat(thought(true, "I could " + call + " but no</think>Hi").calls())
                .isEmpty();
        assertThat(thought(true, "I could " + call + " but no</think>Hi").reasoning())
                .isEqualTo("I could " + call + " but no");
        assertThat(thought(true, "I do " + call).parts())
                .containsExactly(new AnswerPart.Reasoning("I do "), new AnswerPart.Call("ping", "{}"));
    }

    @Test
    void tellsWhetherItIsWithinReasoning() {
        AnswerParser reader = new AnswerParser(new AnswerSyntax(CallFormat.NONE, THINK, false), TOOLS);
        assertThat(reader.isReasoning()).isFalse();
        assertThat(reader.read("<think>")).isEmpty();
        assertThat(reader.isReasoning()).isTrue();
        assertThat(reader.read("a</think>b"))
                .isEqualTo(List.of(new AnswerPart.Reasoning("a"), new AnswerPart.Text("b")));
        assertThat(reader.isReasoning()).isFalse();
    }
}
