package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What vLLM's parsers make of whole answers, but for the differences that {@code docs/answers.md} explains, one by one. */
final class OracleTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "answers.md");
    private static final ToolTypes TOOLS = VllmAnswers.tools();

    @Test
    void theDocumentExplainsEveryDifferenceAndNoOther() throws IOException {
        List<String> differing = new ArrayList<>();
        for (VllmAnswers.Recorded recorded : all()) {
            // Reasoning alone is compared: calls behind it have cases of their own.
            AnswerSyntax syntax =
                    recorded.syntax().reasoning().isPresent() || recorded.name().endsWith(" off")
                            ? new AnswerSyntax(
                                    CallFormat.NONE,
                                    recorded.syntax().reasoning(),
                                    recorded.syntax().opened())
                            : recorded.syntax();
            ReadAnswer read = ReadAnswer.of(syntax, TOOLS, recorded.text());
            boolean same = read.reasoning().equals(recorded.reasoning())
                    && read.content().equals(recorded.content())
                    && read.calls().equals(recorded.calls());
            if (!same) {
                differing.add(recorded.name());
            }
        }
        assertThat(differing).containsExactlyElementsOf(explained());
    }

    @Test
    void noCutChangesWhatIsRead() {
        Random random = new Random(24);
        for (VllmAnswers.Recorded recorded : all()) {
            ReadAnswer whole = ReadAnswer.of(recorded.syntax(), TOOLS, recorded.text());
            for (int most = 1; most <= 40; most++) {
                assertThat(ReadAnswer.of(recorded.syntax(), TOOLS, ReadAnswer.cut(recorded.text(), most, random)))
                        .as(recorded.name())
                        .isEqualTo(whole);
            }
        }
    }

    private static List<VllmAnswers.Recorded> all() {
        return Stream.concat(VllmAnswers.withCalls().stream(), VllmAnswers.withReasoning().stream())
                .toList();
    }

    private static List<String> explained() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(line ->
                        line.matches("\\| (hermes|llama3_json|mistral|qwen3_coder|deepseek_v3|qwen3|deepseek_r1) .*"))
                .map(line -> line.split("\\|", -1)[1].strip())
                .toList();
    }
}
