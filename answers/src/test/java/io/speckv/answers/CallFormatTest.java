package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CallFormatTest {

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', delimiter = '§', textBlock = """
                {{ '<tool_call>\\n{"name": "' + call.name }}                            § hermes
                {{ '<tool_call>\\n<function=' + call.name + '>\\n' }}                   § qwen3-coder
                {{ '[TOOL_CALLS]' + call.name + '[ARGS]' }}                             § mistral
                {{ '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + call['type'] }}      § deepseek
                {{ '<|start_header_id|>' }}{{ '"parameters": ' }}                       § llama3-json
                {{ '<tool_call>' + name + '<arg_key>' }}                                § none
                {{ message.content }}                                                   § none
                """)
    void isThatInWhichATemplateWritesPastCalls(String template, String label) {
        assertThat(CallFormat.of(template)).isEqualTo(CallFormat.named(label));
    }

    @Test
    void namesTheOnesThereAre() {
        assertThatThrownBy(() -> CallFormat.named("pythonic"))
                .hasMessage("tool call format 'pythonic' is not known, must be one of"
                        + " [none, hermes, llama3-json, mistral, qwen3-coder, deepseek]");
    }

    @Test
    void reasoningMarksStandInTheTemplate() {
        assertThat(ReasoningMarks.of("{{ content.split('</think>') }}"))
                .contains(new ReasoningMarks("<think>", "</think>"));
        assertThat(ReasoningMarks.of("{{ content }}")).isEmpty();
        ReasoningMarks marks = ReasoningMarks.starting("<think>");
        assertThat(marks.isOpenAfter("<|im_start|>assistant\n<think>\n")).isTrue();
        assertThat(marks.isClosedAfter("<think>\n\n</think>\n\n")).isTrue();
        assertThat(marks.isOpenAfter("what is <think>?")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                HERMES      | {}}</tool_call>
                LLAMA3_JSON | {}}
                MISTRAL     | ping{}
                QWEN3_CODER | </function></tool_call>
                DEEPSEEK    | ping<｜tool▁sep｜>{}<｜tool▁call▁end｜>
                """)
    void anAnswerThatIsMadeToBeginWithACallGoesOnToBeOne(CallFormat format, String rest) {
        AnswerSyntax syntax = new AnswerSyntax(format, Optional.empty(), false);
        ToolTypes tools = ToolTypes.of(Map.of("ping", Map.of()));
        assertThat(ReadAnswer.of(syntax, tools, format.opening("ping") + rest).calls())
                .containsExactly("ping {}");
        assertThat(format.opening("ping")).startsWith(format.opening(""));
    }
}
