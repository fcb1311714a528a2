package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.cli.CommandRun;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.RouterArguments;
import io.speckv.evals.report.EvalCell;
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

/**
 * An evaluation of running services, with the bundled pair: as an {@link EvaluatedPair}, a {@link ServedPair} gives the answers
 * and losses that a {@link LocalPair} of the same models gives, and {@link EvalChatsCommand} needs a served one.
 */
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
    void chatsAreAskedWithTheirStructureProtectedAndNot() throws IOException {
        List<String> command = new ArrayList<>(List.of("eval", "chats", "--target", TARGET.toString()));
        command.addAll(List.of("--router", router(), "--methods", "full,specpc", "--budgets", "256"));
        command.addAll(List.of("--lengths", "800", "--samples", "2", "--tasks", "chat_system"));
        command.addAll(List.of("--out", folder.resolve("chats").toString()));
        CommandRun chats = CommandRun.of(command.toArray(new String[0]));

        assertThat(chats.status()).as(chats.err()).isZero();
        assertThat(ReportFiles.read(folder.resolve("chats/results.json")).cells())
                .extracting(EvalCell::method, EvalCell::task, EvalCell::samples)
                .containsExactly(
                        tuple("full", "chat_system", 2),
                        tuple("specpc none", "chat_system", 2),
                        tuple("specpc structure", "chat_system", 2));
    }

    @Test
    void chatsNeedARouterAndKnownRules() {
        assertThat(CommandRun.of("eval", "chats", "--target", TARGET.toString()).err())
                .contains("what stays of a chat is the router's work");
        assertThat(CommandRun.of("eval", "chats", "--router", router(), "--protect", "all")
                        .err())
                .contains("--protect is 'all'; write none, structure");
        assertThat(CommandRun.of("eval", "chats", "--router", router(), "--tasks", "chat")
                        .err())
                .contains("there is no chat task 'chat', there are chat_document");
    }

    private CommandRun fidelity(String out, String... more) throws IOException {
        Path prompts = Files.createDirectories(folder.resolve("prompts"));
        String hay = "The grass is green. The sky is blue. The sun is yellow. Here we go. ";
        for (int i = 0; i < 3; i++) {
            String needle = "One of the special magic numbers for red-fox is: 481726" + i + ". ";
            Files.writeString(prompts.resolve(i + ".txt"), hay.repeat(6 + i) + needle + hay.repeat(9));
        }
        List<String> all = new ArrayList<>(
                List.of("eval", "fidelity", "--prompts", prompts.toString(), "--target", TARGET.toString()));
        all.addAll(List.of(
                "--question",
                "What is the special magic number for red-fox mentioned in the provided text?"
                        + " The special magic number for red-fox mentioned in the provided text is"));
        all.addAll(List.of("--budgets", "96", "--max-new-tokens", "16", "--methods", "speckv,snapkv,streaming"));
        all.addAll(List.of("--out", folder.resolve(out).toString()));
        all.addAll(Arrays.asList(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    private JsonNode cells(String out) throws IOException {
        return JsonMapper.builder()
                .build()
                .readTree(folder.resolve(out).resolve("results.json").toFile())
                .path("cells");
    }

    @Test
    void servicesAreAsFaithfulAsAPairInThisProcessAndTellAsMuchAsTheirProbabilitiesSay() throws IOException {
        CommandRun served = fidelity("served-fidelity", "--router=" + router());
        CommandRun local = fidelity("local-fidelity", "--draft=" + DRAFT, "--dtype=fp32", "--threads=1");
        CommandRun silent = fidelity("silent-fidelity", "--router=" + router(), "--logprobs=0", "--json");

        assertThat(served.status()).as(served.err()).isZero();
        assertThat(local.status()).as(local.err()).isZero();
        assertThat(silent.status()).as(silent.err()).isZero();
        assertThat(local.out().lines()).allMatch(line -> line.length() <= 80 || line.startsWith("written: "));
        assertThat(local.err()).contains("0 of 12 answers").contains("12 of 12 answers");
        JsonNode services = cells("served-fidelity");
        JsonNode process = cells("local-fidelity");
        assertThat(services).hasSize(process.size()).hasSizeGreaterThanOrEqualTo(4);
        double parted = 0;
        for (int i = 0; i < process.size(); i++) {
            JsonNode one = services.get(i);
            JsonNode other = process.get(i);
            for (String key : List.of("method", "budget", "length", "prompts", "equal", "partsAfter")) {
                assertThat(one.path(key)).as(one.path("method") + " " + key).isEqualTo(other.path(key));
            }
            parted += 1 - other.path("equal").asDouble();
            assertThat(one.at("/lost/mean").isNumber()).isTrue();
        }
        assertThat(parted).isPositive();
        assertThat(silent.out()).startsWith("{");
        JsonNode unknown = JsonMapper.builder().build().readTree(silent.out()).path("cells");
        assertThat(unknown.get(1).path("equal")).isEqualTo(services.get(1).path("equal"));
        assertThat(unknown.get(1).path("lost").isNull()).isTrue();
    }

    @Test
    void aRunThatWasStoppedGoesOn() throws IOException {
        CommandRun first = fidelity("failing", "--draft=" + DRAFT, "--dtype=fp32", "--threads=1");
        assertThat(first.status()).as(first.err()).isZero();
        Path journal = folder.resolve("failing/journal.jsonl");
        List<String> lines = Files.readAllLines(journal);
        // As if it had been stopped in the middle of the second prompt.
        Files.write(journal, lines.subList(0, 6));

        CommandRun again = fidelity("failing", "--draft=" + DRAFT, "--dtype=fp32", "--threads=1");
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.err()).contains("6 of 12 answers").doesNotContain("0 of 12");
        assertThat(Files.readAllLines(journal)).hasSize(12);
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
        assertThat(model.err()).contains("model is 'llama', which is not served here, must be speckv-tiny-target");
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
