package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.cli.CommandRun;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.RouterArguments;
import io.speckv.evals.report.ReportFiles;
import io.speckv.trio.ServiceTrio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** An evaluation of running services, with the bundled pair. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServedEvaluationTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");
    private static final Path TARGET = MODELS.resolve("speckv-tiny-target");
    private static final Path DRAFT = MODELS.resolve("speckv-tiny-draft");

    @TempDir
    Path folder;

    private ServiceTrio trio;

    @BeforeAll
    void start() throws Exception {
        List<String> model = List.of("--server.port=0", "--telemetry.log-level=WARN", "--model.dtype=fp32");
        List<String> router = List.of("--server.port=0", "--telemetry.log-level=WARN");
        trio = ServiceTrio.start(new ServiceTrio.Plan(DRAFT, TARGET, model, model, router));
        try (RouterClient client = RouterArguments.local(trio.routerPort()).open()) {
            client.awaitPair(Duration.ofMinutes(2));
        }
    }

    @AfterAll
    void stop() {
        trio.close();
    }

    private CommandRun eval(String out, String... more) {
        List<String> all = new ArrayList<>(List.of("eval", "ruler", "--target", TARGET.toString(), "--budgets", "128"));
        all.addAll(List.of("--out", folder.resolve(out).toString()));
        all.addAll(Arrays.asList(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    private String router() {
        return "localhost:" + trio.routerPort();
    }

    /** The answers of a run by method, task and sample. */
    private Map<String, String> answers(String out) throws IOException {
        Map<String, String> answers = new TreeMap<>();
        for (String line : Files.readAllLines(folder.resolve(out).resolve("journal.jsonl"))) {
            JsonNode sample = JsonMapper.builder().build().readTree(line);
            String key = sample.at("/setting/method").asText() + sample.at("/task") + sample.at("/index");
            answers.put(key, sample.at("/generated/text").asText());
        }
        return answers;
    }

    @Test
    void servicesGiveTheAnswersOfAPairInThisProcess() throws IOException {
        String tasks = "--tasks=niah_single_1,niah_multivalue";
        String methods = "--methods=full,speckv-pc,snapkv";
        CommandRun served = eval("served", tasks, methods, "--lengths=512", "--samples=2", "--router=" + router());
        CommandRun local =
                eval("local", tasks, methods, "--lengths=512", "--samples=2", "--draft=" + DRAFT, "--dtype=fp32");

        assertThat(served.status()).as(served.err()).isZero();
        assertThat(local.status()).as(local.err()).isZero();
        assertThat(answers("served")).hasSize(3 * 2 * 2).isEqualTo(answers("local"));
        assertThat(ReportFiles.read(folder.resolve("served/results.json")).notes())
                .contains("target speckv-tiny-target, draft speckv-tiny-draft, served at " + router())
                .anyMatch(note -> note.contains("at a time; as the client saw them"));
    }

    @Test
    void aRunOfServicesIsNotMixedWithOneInThisProcess() {
        String[] small = {"--tasks=niah_single_1", "--methods=full", "--lengths=512", "--samples=1"};
        CommandRun served = eval("one", with(small, "--router=" + router()));
        CommandRun local = eval("one", with(small, "--draft=" + DRAFT));

        assertThat(served.status()).as(served.err()).isZero();
        assertThat(local.status()).isNotZero();
        assertThat(local.err()).contains("holds the results of a run with another");
    }

    @Test
    void whatTheRouterDoesNotServeIsNamed() {
        CommandRun model = eval("bad", "--router=" + router(), "--model=llama");
        CommandRun draft = eval("bad", "--router=" + router(), "--draft=" + DRAFT);
        CommandRun tls = eval("bad", "--draft=" + DRAFT, "--tls");
        CommandRun length = eval("bad", "--router=" + router(), "--lengths=16k", "--samples=1");

        assertThat(List.of(model.status(), draft.status(), tls.status(), length.status()))
                .containsOnly(2);
        assertThat(model.err()).contains("no target 'llama' now, it has speckv-tiny-target");
        assertThat(draft.err()).contains("--draft is for a pair in this process; the router has its own");
        assertThat(tls.err()).contains("--tls is about a router and needs --router");
        assertThat(length.err()).contains("the target reads up to ");
    }

    private static String[] with(String[] arguments, String last) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }
}
