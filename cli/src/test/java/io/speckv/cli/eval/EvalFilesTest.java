package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import io.speckv.cli.options.RepeatedCommand;
import io.speckv.evals.report.EvalCell;
import io.speckv.evals.report.EvalReport;
import io.speckv.evals.report.ReportFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The evaluations of files that a user brings, on the bundled pair: {@link EvalLongBenchCommand}, {@link EvalFidelityCommand}
 * and {@link PairCommand}, with what each of them refuses.
 */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class EvalFilesTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");
    private static final String NEEDLE = "One of the special magic numbers for red-fox is: 4817263. ";
    private static final String QUESTION =
            "What is the special magic number for red-fox mentioned in the provided text?"
                    + " The special magic number for red-fox mentioned in the provided text is";
    private static final String HAY = "The grass is green. The sky is blue. The sun is yellow. Here we go. ";

    @TempDir
    Path folder;

    private CommandRun eval(String... arguments) {
        List<String> all = new ArrayList<>(List.of("eval"));
        all.addAll(Arrays.asList(arguments));
        all.addAll(List.of(
                "--target",
                MODELS.resolve("speckv-tiny-target").toString(),
                "--draft",
                MODELS.resolve("speckv-tiny-draft").toString(),
                "--dtype",
                "fp32",
                "--threads",
                "1",
                "--out",
                folder.resolve("results").toString()));
        return CommandRun.of(all.toArray(new String[0]));
    }

    private void write(String name, String... lines) throws IOException {
        Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private List<EvalCell> cells() throws IOException {
        return report().cells();
    }

    private EvalReport report() throws IOException {
        return ReportFiles.read(folder.resolve("results/results.json"));
    }

    private static String ruler(String rest) {
        return "{\"input\": \"" + HAY.repeat(8) + NEEDLE + HAY.repeat(8) + QUESTION + "\", \"outputs\": [\"4817263\"]"
                + rest + "}";
    }

    private static String longBench(String context, String rest) {
        return "{\"input\": \"Who?\", \"context\": \"" + context + "\", \"answers\": [\"a fox\"]" + rest + "}";
    }

    @Test
    void rulersFilesAreAnsweredAndScored() throws IOException {
        write("needle.jsonl", ruler(", \"task\": \"niah_single_1\", \"max_length\": 512"));
        write("plain.jsonl", ruler(", \"index\": 0"), ruler(", \"index\": 1"));
        CommandRun run = eval(
                "file",
                "--tasks",
                folder.resolve("needle.jsonl").toString(),
                "--tasks",
                folder.resolve("plain.jsonl").toString(),
                "--task",
                "qa_1",
                "--methods",
                "full,speckv",
                "--budgets",
                "128");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(cells())
                .extracting(cell -> cell.method() + " " + cell.task() + " " + cell.length() + " " + cell.samples())
                .containsExactly(
                        "full niah_single_1 512 1", "speckv niah_single_1 512 1", "full qa_1 0 2", "speckv qa_1 0 2");
        assertThat(cells()).extracting(EvalCell::accuracy).containsOnly(1.0);
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80 || line.startsWith("written: "));
        assertThat(run.out())
                .startsWith("budget 128: accuracy in %\n")
                .contains("\nlength 512, budget 128: accuracy in %\n");
    }

    @Test
    void longBenchsFilesAreCutWhereTheyAreLongAndScored() throws IOException {
        write("hotpotqa.jsonl", longBench(HAY, ""), longBench(HAY.repeat(40), ""));
        write("trec.jsonl", longBench(HAY, ", \"all_classes\": [\"a fox\", \"a hen\"]"));
        write("dureader.jsonl", longBench(HAY, ""));
        CommandRun run = eval(
                "longbench", "--data", folder.toString(), "--max-length", "256", "--methods", "full,specpc,speckv");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(cells())
                .hasSize(2 * 5)
                .allSatisfy(cell -> assertThat(cell.accuracy()).isBetween(0.0, 1.0));
        assertThat(report().notes())
                .contains(
                        "1 of 3 prompts had more than 256 tokens and are cut in the middle",
                        "passed over, as none of the known files: dureader.jsonl");
        assertThat(report().command()).startsWith("./speckv eval longbench --data ");
        assertThat(run.out()).startsWith("budget 128: accuracy in %\n");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80 || line.startsWith("written: "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        longbench --data {dir}                                  | hotpotqa.jsonl:2: there is no 'answers'
        longbench --data {dir} --tasks musique                  | there is no file
        longbench --data {dir} --tasks hotpot                   | there is no task 'hotpot' of a known file, there are
        longbench --data {dir}/none                             | there is no such folder
        longbench --data {dir}/empty                            | holds none of the known files, such as
        longbench --data {dir} --samples 0                      | --samples is 0; it must be at least 1
        longbench --data {dir} --tasks trec --max-length 1      | prompts cannot be cut to 1 tokens
        longbench --data {dir} --tasks trec --max-length 8k     | cannot be cut to 8192 tokens: the models read up to 8
        longbench --data {dir} --tasks trec --methods snap      | snap
        file --tasks {dir}/ruler.jsonl                          | ruler.jsonl:1: there is no 'task'
        file --tasks {dir}/ruler.jsonl --task niah              | RULER has no task 'niah', it has niah_single_1
        file --tasks {dir}/long.jsonl                           | the target reads up to 8
        file --tasks {dir}/nothing.jsonl                        | nothing.jsonl is empty
        fidelity --prompts {dir}/none                           | there is no such file or folder
        fidelity --prompts {dir}/nothing.jsonl                  | nothing.jsonl is empty
        fidelity --prompts {dir}/ruler.jsonl                    | ruler.jsonl:1: there is no prompt: a line must have
        fidelity --prompts {dir}/prompt.jsonl --accept 0        | --accept is 0.0; it must be above 0
        fidelity --prompts {dir}/prompt.jsonl --logprobs 21     | --logprobs is 21; it must be 0 to 20
        fidelity --prompts {dir}/prompt.jsonl --max-length 8k   | prompts cannot be cut to 8192 tokens: the models read up
        fidelity --prompts {dir}/prompt.jsonl --methods snap    | snap
        fidelity --prompts {dir}/prompt.jsonl --accept 101      | --accept is 101.0; it must be above 0 and at most 100
        fidelity --prompts {dir}/prompt.jsonl --logprobs -1     | --logprobs is -1; it must be 0 to 20
        fidelity --prompts {dir}/prompt.jsonl --max-length 1    | prompts cannot be cut to 1 tokens: the models read up
        fidelity --prompts {dir}/prompt.jsonl --max-new-tokens 9999 | --max-new-tokens is 9999; it must be at most 8
        ruler --samples 0                                       | --samples is 0; it must be at least 1
        ruler --samples 1 --lengths 16k --tasks niah_single_1   | the target reads up to 8
        """)
    void whatCannotBeUsedIsWrongInputAndNamed(String command, String message) throws IOException {
        Files.createDirectories(folder.resolve("empty"));
        write("hotpotqa.jsonl", longBench(HAY, ""), "{\"input\": \"\", \"context\": \"x\"}");
        write("trec.jsonl", longBench(HAY, ", \"all_classes\": [\"a fox\"]"));
        write("ruler.jsonl", ruler(""));
        write("nothing.jsonl", "");
        write("prompt.jsonl", "{\"prompt\": \"" + HAY + "\"}");
        write("long.jsonl", "{\"task\": \"vt\", \"outputs\": [\"x\"], \"input\": \"" + HAY.repeat(600) + "\"}");
        CommandRun run = eval(command.replace("{dir}", folder.toString()).split(" ", -1));

        assertThat(run.err()).contains(message).doesNotContain("defect");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void aPairIsCheckedOnAsManyPromptsAsAreAskedForAndJudgedOnTwenty() throws IOException {
        CommandRun few = pair("few", 3, "--max-new-tokens=12");
        CommandRun enough = pair("enough", 20, "--max-new-tokens=12");

        assertThat(few.status()).as(few.err()).isZero();
        assertThat(few.out().replaceAll("\\s+", " "))
                .contains("note: 3 prompts, needles")
                .contains("tokens: 3 prompts are too few to say; 20 are enough.")
                .doesNotContain(": use ");
        assertThat(enough.status()).as(enough.err()).isZero();
        assertThat(enough.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(enough.out().replaceAll("\\s+", " "))
                .contains("lookahead: right for ")
                .contains("tokens; wrong within the first 8 in ")
                .contains("importance: rank correlation 0.")
                .contains("of the 96 most important tokens in common")
                .contains("budget 96: use ")
                .contains("(without a draft, streaming ");
        assertThat(folder.resolve("enough/pair.json")).content().contains("\"guided\"");
    }

    @Test
    void aPairIsCheckedOnlyWithAnswersThatLeaveRoomForAPrompt() {
        CommandRun run = pair("none", 1, "--max-new-tokens=9999");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("speckv: --max-new-tokens is 9999; it must be at most 8");
    }

    private CommandRun pair(String out, int samples, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "pair",
                MODELS.resolve("speckv-tiny-target").toString(),
                MODELS.resolve("speckv-tiny-draft").toString(),
                "--dtype=fp32",
                "--samples=" + samples,
                "--length=512",
                "--budgets=96",
                "--methods=speckv,corrected-speckv,streaming",
                "--out=" + folder.resolve(out)));
        all.addAll(Arrays.asList(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    @Test
    void aCommandIsQuotedSoThatAShellTakesItAgain() {
        assertThat(RepeatedCommand.quoted("speckv.window_size=32")).isEqualTo("speckv.window_size=32");
        assertThat(RepeatedCommand.quoted("laq++")).isEqualTo("laq++");
        assertThat(RepeatedCommand.quoted(" ")).isEqualTo("' '");
        assertThat(RepeatedCommand.quoted("it's")).isEqualTo("'it'\\''s'");
        assertThat(RepeatedCommand.quoted("")).isEqualTo("''");
    }
}
