package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalSample;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RulerArgumentsTest {
    private static final String LINE = "int answer = compute(question);\n";

    private final Tokenizer tokenizer = Tokenizer.open(Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target"));

    @AfterAll
    void close() {
        tokenizer.close();
    }

    @Command(name = "draws")
    private static final class Draws {
        @Mixin
        RulerArguments ruler = new RulerArguments();
    }

    private static RulerArguments given(String... arguments) {
        return CommandLine.populateCommand(new Draws(), arguments).ruler;
    }

    private RulerArguments.Prompts draw(String... arguments) throws IOException {
        return given(arguments)
                .draw(
                        tokenizer,
                        RulerArguments.tasks(List.of("niah_single_1", "niah_multivalue")),
                        List.of(400, 500),
                        2);
    }

    private static List<String> texts(RulerArguments.Prompts prompts) {
        return prompts.samples().stream()
                .map(sample -> sample.prompt().wholeText())
                .toList();
    }

    @Test
    void everyTaskHasItsPromptsAtEveryLength() throws IOException {
        assertThat(draw().samples())
                .extracting(EvalSample::task, EvalSample::length, EvalSample::index)
                .map(Object::toString)
                .containsExactly(
                        "(\"niah_single_1\", 400, 0)",
                        "(\"niah_single_1\", 400, 1)",
                        "(\"niah_multivalue\", 400, 0)",
                        "(\"niah_multivalue\", 400, 1)",
                        "(\"niah_single_1\", 500, 0)",
                        "(\"niah_single_1\", 500, 1)",
                        "(\"niah_multivalue\", 500, 0)",
                        "(\"niah_multivalue\", 500, 1)");
    }

    @Test
    void aSeedIsAlwaysTheSamePrompts() throws IOException {
        assertThat(texts(draw("--seed=7"))).isEqualTo(texts(draw("--seed=7"))).isNotEqualTo(texts(draw("--seed=8")));
        assertThat(texts(draw())).isEqualTo(texts(draw("--seed=1")));
    }

    @Test
    void aHaystackIsMadeUpUnlessATextIsGiven(@TempDir Path folder) throws IOException {
        Path essay = Files.writeString(folder.resolve("essay.txt"), LINE.repeat(400));

        assertThat(given().notes()).containsExactly("haystack in place of RULER's essays: generated text");
        assertThat(given("--essay=" + essay).notes())
                .containsExactly("haystack in place of RULER's essays: given text: " + essay);
        assertThat(given("--essay=" + essay, "--essay-lines").notes())
                .containsExactly("haystack in place of RULER's essays: lines of given text: " + essay);
        assertThat(draw("--essay=" + essay, "--essay-lines").notes())
                .singleElement()
                .asString()
                .contains("lines of");
    }

    @Test
    void whatEveryPromptEndsWithIsNoted() throws IOException {
        RulerArguments.Prompts ended = draw("--prompt-end= :");

        assertThat(texts(ended)).allSatisfy(text -> assertThat(text).endsWith(" :"));
        assertThat(ended.notes()).contains("every prompt has ' :' added at its end");
    }

    @Test
    void whatCannotBeDrawnIsWrongInput(@TempDir Path folder) throws IOException {
        Path blank = Files.writeString(folder.resolve("blank.txt"), " \n");

        assertThatThrownBy(() -> given("--essay-lines").notes())
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--essay-lines needs --essay FILE, whose lines it keeps");
        for (String[] options : new String[][] {{"--essay=" + blank}, {"--essay=" + blank, "--essay-lines"}}) {
            assertThatThrownBy(() -> given(options).notes())
                    .isInstanceOf(WrongInputException.class)
                    .hasMessageContaining(blank.toString())
                    .hasMessageContaining("0 words");
        }
        assertThatThrownBy(() -> RulerArguments.tasks(List.of("niah_single_1", "niah")))
                .isInstanceOf(WrongInputException.class)
                .hasMessageContaining("RULER has no task 'niah'");
        assertThatThrownBy(
                        () -> given().draw(tokenizer, RulerArguments.tasks(List.of("niah_single_1")), List.of(20), 1))
                .isInstanceOf(WrongInputException.class)
                .hasMessageContaining("length is 20 tokens");
    }
}
