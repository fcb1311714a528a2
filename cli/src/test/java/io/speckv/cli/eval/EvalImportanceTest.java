package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.CommandRun;
import java.io.IOException;
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

/** {@code eval importance}, the command {@link EvalImportanceCommand}, on the bundled pair. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class EvalImportanceTest {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));
    private static final Path TARGET = GOLDEN.resolveSibling("models/speckv-tiny-target");
    private static final Path DRAFT = GOLDEN.resolveSibling("models/speckv-tiny-draft");

    @TempDir
    Path folder;

    private CommandRun importance(Path draft, String... more) {
        List<String> all = new ArrayList<>(List.of("eval", "importance", "--samples=1", "--length=300"));
        all.addAll(List.of("--tasks=niah_single_1", "--out=" + folder.resolve("out")));
        all.addAll(List.of("--target=" + TARGET, "--draft=" + draft));
        all.addAll(Arrays.asList(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    @Test
    void everyLayerIsComparedAndEveryMethodAnswersWithEveryNoise() throws IOException {
        CommandRun run = importance(
                DRAFT, "--methods=full,speckv,full", "--noise=1,0", "--budget=64", "--window=16", "--top=32");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("importance: share of the target's that is on the draft's top 32\n")
                .contains(
                        "  overlap of top 32  importance\n",
                        "accuracy with noise on the draft, budget 64, 1 prompts\n");
        assertThat(run.out()).containsPattern("\n  noise   Pearson  Spearman        full      speckv\n   0\\.00 ");
        JsonNode written = new ObjectMapper()
                .readTree(folder.resolve("out/importance.json").toFile());
        assertThat(written.get("layers")).hasSizeGreaterThan(1);
        assertThat(written.get("layers"))
                .allMatch(cell -> cell.get("massRecall").asDouble() > 0);
        int layers = written.get("layers")
                        .get(written.get("layers").size() - 1)
                        .get("draftFrom")
                        .asInt()
                + written.get("layers")
                        .get(written.get("layers").size() - 1)
                        .get("targetFrom")
                        .asInt()
                + 2;
        assertThat(run.err()).contains("0 of " + layers + " readings", layers + " of " + layers + " readings");
        assertThat(written.get("noise").findValuesAsText("noise")).containsExactly("0.0", "1.0");
        assertThat(written.get("noise").get(0).get("accuracy").properties()).hasSize(2);
        assertThat(folder.resolve("out/importance.html")).content().contains("./speckv eval importance");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --methods=snapkw       | --methods snapkw: there are [full, specpc,
        --methods=speckv@paper | --methods speckv@paper: there are [full, specpc,
        --methods=llmlingua2   | --methods llmlingua2: it needs a token classifier
        --budget=1             | must be below the budget
        --tasks=niah           | RULER has no task 'niah'
        --top=1000             | --length is 300, which gives a prompt of
        --window=400           | it must have at least 528, for --window 400 and --top 128
        """)
    void whatCannotBeRunIsToldBeforeAnythingIsMeasured(String option, String message) {
        CommandRun run = importance(DRAFT, option);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("speckv: ").contains(message);
        assertThat(run.out()).isEmpty();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void tokensAreComparedOneByOneSoBothHaveTheSame() {
        CommandRun run = importance(GOLDEN.resolve("models/llama-draft"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("draft and target must share one tokenizer to compare token by token");
    }
}
