package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Answers that no model wrote: valid calls with pieces dropped, doubled, and put elsewhere. Whatever the text and the cuts, one
 * result, and the same with arguments that stream where no call breaks; and where nothing is a call, nothing is lost. For longer:
 * {@code -Dspeckv.fuzz.answers=1000000}.
 */
final class AnyCutTest {
    private static final int ANSWERS = Integer.getInteger("speckv.fuzz.answers", 4000);
    private static final ToolTypes TOOLS = VllmAnswers.tools();
    private static final List<String> PIECES = List.of(
            "<tool_call>",
            "</tool_call>",
            "<tool_call>\n",
            "\n</tool_call>",
            "<function=ping>",
            "<function=",
            "<parameter=city>",
            "</parameter>",
            "</function>",
            "<|python_tag|>",
            "[TOOL_CALLS]",
            "[ARGS]",
            "[CALL_ID]x1",
            "<｜tool▁calls▁begin｜>",
            "<｜tool▁calls▁end｜>",
            "<｜tool▁call▁begin｜>",
            "<｜tool▁call▁end｜>",
            "<｜tool▁sep｜>",
            "function",
            "```json\n",
            "\n```",
            "get_weather",
            "ping",
            "{",
            "}",
            "{}",
            "[",
            "]",
            "{\"name\": \"ping\", \"arguments\": {}}",
            "{\"name\": \"get_weather\", \"parameters\": " + "{\"city\": \"Köln 🌧\"}}",
            "\"",
            "\\",
            ",",
            ":",
            ";",
            "\n",
            " ",
            "\u0001",
            "1",
            "-",
            "null",
            "true",
            "text",
            "<",
            "</",
            "<think>",
            "</think>",
            "🌧",
            "]}",
            "\\u00f6",
            "\\\"");

    private static String answer(Random random) {
        StringBuilder answer = new StringBuilder();
        if (random.nextBoolean()) {
            List<VllmAnswers.Recorded> recorded = VllmAnswersOnce.ALL;
            answer.append(recorded.get(random.nextInt(recorded.size())).text());
        }
        int changes = random.nextInt(12);
        for (int i = 0; i < changes; i++) {
            int at = answer.isEmpty() ? 0 : random.nextInt(answer.length() + 1);
            int end = Math.min(answer.length(), at + random.nextInt(8));
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            switch (random.nextInt(4)) {
                case 0 -> answer.delete(at, end);
                case 1 -> answer.insert(at, piece);
                case 2 -> answer.append(piece);
                default -> answer.insert(at, answer.substring(at, end));
            }
        }
        return answer.toString();
    }

    private static final class VllmAnswersOnce {
        static final List<VllmAnswers.Recorded> ALL = VllmAnswers.withCalls();
    }

    @ParameterizedTest
    @EnumSource(CallFormat.class)
    void oneResultWhateverTheCut(CallFormat format) {
        Random random = new Random(format.label().hashCode());
        Optional<ReasoningMarks> marks = Optional.of(ReasoningMarks.starting("<think>"));
        int called = 0;
        long broken = 0;
        for (int i = 0; i < ANSWERS; i++) {
            String text = answer(random);
            boolean thinks = i % 3 != 0;
            AnswerSyntax syntax = new AnswerSyntax(format, thinks ? marks : Optional.empty(), thinks && i % 3 == 1);
            ReadAnswer whole = ReadAnswer.of(syntax, TOOLS, text);
            called += whole.calls().size();
            assertThat(ReadAnswer.of(syntax, TOOLS, text.split("(?<=.)", -1)))
                    .as(text)
                    .isEqualTo(whole);
            assertThat(ReadAnswer.of(syntax, TOOLS, ReadAnswer.cut(text, 1 + random.nextInt(30), random)))
                    .as(text)
                    .isEqualTo(whole);
            ReadAnswer streamed = ReadAnswer.streamed(syntax, TOOLS, text);
            assertThat(ReadAnswer.streamed(syntax, TOOLS, text.split("(?<=.)", -1)))
                    .as(text)
                    .isEqualTo(streamed);
            assertThat(ReadAnswer.streamed(syntax, TOOLS, ReadAnswer.cut(text, 1 + random.nextInt(30), random)))
                    .as(text)
                    .isEqualTo(streamed);
            if (streamed.broken() == 0) {
                assertThat(streamed).as(text).isEqualTo(whole);
            }
            broken += streamed.broken();
            if (!thinks && whole.calls().isEmpty()) {
                assertThat(whole.content()).isEqualTo(text);
            }
        }
        assertThat(called > 0).as("calls were among them").isEqualTo(format != CallFormat.NONE);
        assertThat(broken > 0).as("broken calls too").isEqualTo(format != CallFormat.NONE);
    }

    @Test
    void aLongAnswerOfMarksAloneIsReadInTime() {
        String text = "<tool_call>{\"name\": \"".repeat(20_000);
        AnswerSyntax syntax = new AnswerSyntax(CallFormat.HERMES, Optional.empty(), false);
        assertThat(ReadAnswer.of(syntax, TOOLS, text).content()).isEqualTo(text);
        String nested = "<tool_call>{\"a\": [" + "[\"<tool_call>{\", ".repeat(60_000);
        assertThat(ReadAnswer.of(syntax, TOOLS, nested).content()).isEqualTo(nested);
        String broken = "<tool_call>{\"name\": \"ping\", \"arguments\": {\"a\": [01".repeat(20_000);
        assertThat(ReadAnswer.streamed(syntax, TOOLS, broken).broken()).isEqualTo(20_000);
    }
}
