package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextAroundCallsTest {
    /** Takes pieces between bars: {@code C} is a call, {@code T} a trailing mark, all else text; dots are spaces. */
    private static String passed(CallFormat format, String pieces) {
        List<AnswerPart> passed = new ArrayList<>();
        TextAroundCalls around = new TextAroundCalls(format, AnswerPart.Text::new, passed::add);
        for (String piece : pieces.replace('.', ' ').replace('/', '\n').split("\\|", -1)) {
            switch (piece) {
                case "C" -> around.calls(List.of(new AnswerPart.Call("f", "{}")));
                case "T" -> around.trailer("</tool_call>");
                default -> around.text(piece);
            }
        }
        around.end();
        return ReadAnswer.joined(passed).stream()
                .map(part -> part instanceof AnswerPart.Text text
                        ? text.text().replace(' ', '.').replace('\n', '/')
                        : "C")
                .collect(Collectors.joining("|"));
    }

    @ParameterizedTest(name = "{0} is passed on as {1}")
    @CsvSource({
        "'', ''",
        "./., ./.",
        "Hi., Hi.",
        ".Hi|.there, .Hi.there",
        "C, C",
        "./|C|/., C",
        "C|./.|C, C|C",
        "Hi./|C, Hi./|C",
        "C|./|Hi., C|./Hi.",
        "C|.|./|Hi|C, C|../Hi|C",
        ".|.Hi|C|.|.|C|./bye, ..Hi|C|C|./bye",
        "C|T, C",
        "C|./|T|/, C",
        "C|T|/|C|T, C|C",
        "T, </tool_call>",
        ".|T|C, .</tool_call>|C",
        "C|Hi|T, C|Hi</tool_call>",
        "C|/|T|Hi, C|/Hi",
        "C|., C",
        "|C||, C"
    })
    void layoutGoesAndWhatIsSaidStays(String pieces, String passed) {
        assertThat(passed(CallFormat.QWEN3_CODER, pieces)).isEqualTo(passed);
    }

    @ParameterizedTest(name = "{0}: {1} is passed on as {2}")
    @CsvSource({
        "LLAMA3_JSON, C|;.|C, C|C",
        "LLAMA3_JSON, ;|C, ;|C",
        "LLAMA3_JSON, C|;Hi, C|;Hi",
        "HERMES, C|;|C, C|;|C",
        "HERMES, C|\u00a0|C, C|\u00a0|C",
        "HERMES, C|\u2003|C, C|C"
    })
    void aSemicolonIsLayoutBehindCallsOfLlamaAlone(CallFormat format, String pieces, String passed) {
        assertThat(passed(format, pieces)).isEqualTo(passed);
    }
}
