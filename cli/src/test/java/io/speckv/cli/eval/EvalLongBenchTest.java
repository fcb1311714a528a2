package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import io.speckv.evals.report.EvalReport;
import io.speckv.evals.report.ReportFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** {@link EvalLongBenchCommand} of a target with few positions and a long chat template. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class EvalLongBenchTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");
    private static final String RULES = "Answer every question with a few words that stand in the text. ";

    @TempDir
    Path folder;

    @BeforeEach
    void copyTheTarget() throws IOException {
        Path target = Files.createDirectories(folder.resolve("target"));
        for (String name : List.of("model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(MODELS.resolve("speckv-tiny-target").resolve(name), target.resolve(name));
        }
        Files.writeString(
                target.resolve("config.json"),
                Files.readString(MODELS.resolve("speckv-tiny-target/config.json"))
                        .replaceFirst("(\"max_position_embeddings\"\\s*:\\s*)\\d+", "$1512"));
        Files.writeString(
                target.resolve("chat_template.jinja"),
                RULES.repeat(12) + "{% for m in messages %}{{ m.content }}{% endfor %}");
    }

    private CommandRun longBench(String... more) throws IOException {
        Files.createDirectories(folder.resolve("data"));
        String hay = "The grass is green. The sky is blue. The sun is yellow. Here we go. ".repeat(60);
        Files.writeString(
                folder.resolve("data/hotpotqa.jsonl"),
                "{\"input\": \"Who?\", \"context\": \"" + hay + "\", \"answers\": [\"a fox\"]}\n");
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "eval",
                                "longbench",
                                "--data=" + folder.resolve("data"),
                                "--target=" + folder.resolve("target"),
                                "--draft=" + MODELS.resolve("speckv-tiny-draft"),
                                "--methods=full",
                                "--out=" + folder.resolve("out")),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void aPromptIsCutSoThatItsChatTemplateFitsAsWellHoweverLongThatIs() throws IOException {
        CommandRun run = longBench();

        assertThat(run.status()).as(run.err()).isZero();
        EvalReport report = ReportFiles.read(folder.resolve("out/results.json"));
        assertThat(report.cells())
                .singleElement()
                .satisfies(cell -> assertThat(cell.samples()).isEqualTo(1));
        assertThat(report.notes()).anyMatch(note -> note.startsWith("1 of 1 prompts had more than "));
    }

    @Test
    void aLengthThatLeavesNoRoomForTheTemplateIsRefused() throws IOException {
        CommandRun run = longBench("--max-length=400");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("speckv: prompts cannot be cut to 400 tokens: the models read up to ")
                .contains(" beside an answer of 32 and the ")
                .contains(" tokens around a prompt");
    }
}
