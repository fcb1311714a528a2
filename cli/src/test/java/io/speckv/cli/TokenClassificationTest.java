package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.RouterArguments;
import io.speckv.engine.TinyClassifier;
import io.speckv.trio.ServiceTrio;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Method llmlingua2 with a random classifier, in one process and through the three services. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenClassificationTest {
    private static final Path ROOT = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("")
            .toAbsolutePath()
            .normalize();
    private static final Path TARGET = ROOT.resolve("models/speckv-tiny-target");
    private static final List<String> REQUEST = List.of(
            "--file",
            ROOT.resolve("docs/examples/hidden-number.txt").toString(),
            "--method",
            "llmlingua2",
            "--set",
            "max_capacity_prompt=300",
            "--max-new-tokens",
            "12");

    @TempDir
    static Path folder;

    private Path classifier;
    private ServiceTrio trio;

    @BeforeAll
    void start() throws Exception {
        classifier = TinyClassifier.XLM_ROBERTA.write(folder.resolve("tiny-classifier"));
        List<String> quiet = List.of("--server.port=0", "--telemetry.log-level=WARN");
        List<String> model = List.of("--server.port=0", "--telemetry.log-level=WARN", "--model.dtype=fp32");
        List<String> draft = new ArrayList<>(model);
        draft.add("--classifier.folder=" + classifier);
        trio = ServiceTrio.start(
                new ServiceTrio.Plan(ROOT.resolve("models/speckv-tiny-draft"), TARGET, draft, model, quiet));
        try (RouterClient client = RouterArguments.local(trio.routerPort()).open()) {
            client.awaitPair(Duration.ofSeconds(30));
        }
    }

    @AfterAll
    void stop() {
        trio.close();
    }

    private static CommandRun speckv(String command, String... more) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(REQUEST);
        all.addAll(Arrays.asList(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    private CommandRun local(String command, String... more) {
        List<String> all = new ArrayList<>(
                List.of("--target", TARGET.toString(), "--dtype", "fp32", "--set", "classifier=" + classifier));
        all.addAll(Arrays.asList(more));
        return speckv(command, all.toArray(new String[0]));
    }

    private String router() {
        return "localhost:" + trio.routerPort();
    }

    @Test
    void theServicesAnswerAsOneProcessDoes() throws Exception {
        CommandRun here = local("generate", "--temperature", "0");
        CommandRun there = speckv("generate", "--temperature", "0", "--router", router());

        assertThat(here.status()).as(here.err()).isZero();
        assertThat(there.status()).as(there.err()).isZero();
        assertThat(here.err()).contains("1047 prompt tokens, 300 kept");
        assertThat(there.err()).contains("300 of 1047 prompt tokens read");
        assertThat(there.out()).isEqualTo(here.out());
    }

    @Test
    void runTellsTheScoresOfEveryToken() throws Exception {
        CommandRun run = local("run", "--json");

        assertThat(run.status()).as(run.err()).isZero();
        JsonNode told = new ObjectMapper().readTree(run.out());
        assertThat(told.get("scores"))
                .hasSize(1047)
                .allSatisfy(score -> assertThat(score.asDouble()).isBetween(0.0, 1.0));
        assertThat(told.get("kept")).hasSize(300);
        assertThat(told.get("timings_ms").get("draft.prefill").asDouble()).isPositive();
    }

    @Test
    void anEvaluationComparesItWithTheOthers(@TempDir Path results) throws Exception {
        CommandRun run = CommandRun.of(
                "eval",
                "ruler",
                "--target",
                TARGET.toString(),
                "--draft",
                ROOT.resolve("models/speckv-tiny-draft").toString(),
                "--dtype",
                "fp32",
                "--methods",
                "llmlingua2,truncate",
                "--set",
                "llmlingua2.classifier=" + classifier,
                "--tasks",
                "niah_single_1",
                "--lengths",
                "512",
                "--budgets",
                "128",
                "--samples",
                "1",
                "--threads",
                "1",
                "--out",
                results.toString());

        assertThat(run.status()).as(run.err()).isZero();
        List<String> answers = Files.readAllLines(results.resolve("journal.jsonl"));
        assertThat(answers).hasSize(2).anySatisfy(answer -> assertThat(answer).contains("llmlingua2"));
    }

    @Test
    void aLocalRunWithoutAClassifierIsWrongInput() {
        CommandRun run = speckv("generate", "--target", TARGET.toString(), "--dtype", "fp32");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("method llmlingua2 needs a token classifier: give it as its setting classifier=DIR");
    }

    @Test
    void noRequestNamesAPathOfAServer() {
        CommandRun run = speckv("generate", "--router", router(), "--set", "classifier=" + classifier);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("INVALID_ARGUMENT (FIELD_INVALID)", "option: --set classifier")
                .contains("the draft service has its own");
    }

    @Test
    void describeListsTheMethodOnceThereIsAClassifier() {
        assertThat(CommandRun.of("describe", "--router", router()).out()).contains("llmlingua2");
    }
}
