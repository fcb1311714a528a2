package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.RouterArguments;
import io.speckv.proto.ClientProgram;
import io.speckv.trio.ServiceTrio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands and the clients in other languages, against the three services with the bundled pair. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealServicesTest {
    private static final Path ROOT = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("")
            .toAbsolutePath()
            .normalize();
    private static final Path PROMPT = ROOT.resolve("docs/examples/hidden-number.txt");
    private static final Path CASCADE = ROOT.resolve("docs/examples/cascade.yaml");
    private static final String HIDDEN = "4817263";

    private ServiceTrio trio;

    @BeforeAll
    void start() throws Exception {
        List<String> model = List.of("--server.port=0", "--telemetry.log-level=WARN", "--model.dtype=fp32");
        List<String> router = List.of("--server.port=0", "--telemetry.log-level=WARN", "--drafting.continuing=true");
        Path models = ROOT.resolve("models");
        trio = ServiceTrio.start(new ServiceTrio.Plan(
                models.resolve("speckv-tiny-draft"), models.resolve("speckv-tiny-target"), model, model, router));
        try (RouterClient client = RouterArguments.local(trio.routerPort()).open()) {
            client.awaitPair(Duration.ofMinutes(2));
        }
    }

    @AfterAll
    void stop() {
        trio.close();
    }

    private String router() {
        return "localhost:" + trio.routerPort();
    }

    @Test
    void generateFindsTheHiddenNumberOnAnEighthOfTheTokens() {
        CommandRun run = CommandRun.of(arguments("generate", "--max-new-tokens", "16", "--trace"));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains(HIDDEN);
        assertThat(run.err())
                .contains("128 of 1047 prompt tokens read", "draft.prefill", "target.evict", "target.decode");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.8"})
    void aDraftThatGoesOnMakesNoOtherAnswer(String temperature) {
        String[] longer = {"--max-new-tokens", "200", "--ignore-eos", "--seed", "5", "--temperature", temperature};
        String[] goesOn = Arrays.copyOf(longer, longer.length + 1);
        goesOn[longer.length] = "--continue-drafting";
        CommandRun alone = CommandRun.of(arguments("generate", longer));
        CommandRun run = CommandRun.of(arguments("generate", goesOn));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo(alone.out()).contains(HIDDEN);
        // Drawn tokens are seldom the draft's own; the likeliest ones are.
        int more = temperature.equals("0") ? 1 : 0;
        assertThat(fromTheDraft(run)).isGreaterThanOrEqualTo(fromTheDraft(alone) + more);
        assertThat(run.err()).doesNotContain("fell back");
    }

    private static int fromTheDraft(CommandRun run) {
        Matcher count = Pattern.compile("(\\d+) from the draft").matcher(run.err());
        assertThat(count.find()).as(run.err()).isTrue();
        return Integer.parseInt(count.group(1));
    }

    @Test
    void explainWritesAPageThatShowsTheNumberKept(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("page.html");
        CommandRun run = CommandRun.of(arguments("explain", "--answer", "--html", page.toString()));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("speckv-pc keeps 128 of 1047 tokens");
        assertThat(Files.readString(page)).contains("KV pairs kept", "specpc.max_capacity_prompt", "1047 tokens");
    }

    private String[] arguments(String command, String... more) {
        List<String> all = new ArrayList<>(List.of(
                command,
                "--router",
                router(),
                "--file",
                PROMPT.toString(),
                "--method",
                "speckv-pc",
                "--config",
                CASCADE.toString()));
        all.addAll(Arrays.asList(more));
        return all.toArray(new String[0]);
    }

    @Test
    void describeAndTokenizeTellWhatIsServed() {
        assertThat(CommandRun.of("describe", "--router", router()).out())
                .contains("speckv-tiny-target", "speckv-tiny-draft", "speckv-pc", "snapkv");
        assertThat(CommandRun.of("tokenize", "--router", router(), "--file", PROMPT.toString(), "--count")
                        .out())
                .isEqualTo("1047\n");
    }

    @Test
    void aBadSettingNamesTheOptionThatSetIt() {
        CommandRun run = CommandRun.of(
                "generate", "--router", router(), "--prompt", "abc", "--method", "snapkv", "--set", "window_size=0");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("INVALID_ARGUMENT (FIELD_INVALID)", "option: --set window_size");
    }

    @Test
    void aMethodWhoseClassifierIsMissingIsRefused() {
        CommandRun run = CommandRun.of(
                "generate",
                "--router",
                router(),
                "--file",
                PROMPT.toString(),
                "--method",
                "llmlingua2",
                "--set",
                "max_capacity_prompt=64");

        assertThat(run.err()).contains("FAILED_PRECONDITION (CLASSIFIER_MISSING)", "option: --method");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void thePythonClientStreamsTheAnswer(@TempDir Path folder) throws Exception {
        assertAnswered(ClientProgram.python(folder, asking()));
    }

    @Test
    void theNodeClientStreamsTheAnswer(@TempDir Path folder) throws Exception {
        assertAnswered(ClientProgram.node(folder, asking()));
    }

    private String[] asking() {
        return new String[] {"--router", router(), "--method", "full", "--max-new-tokens", "12"};
    }

    private static void assertAnswered(ClientProgram.Printed answer) {
        assertThat(answer.out()).contains(HIDDEN);
        assertThat(answer.err()).contains("1047 of 1047 tokens read");
    }

    @Test
    void theClientsAreUnderFortyLines() throws IOException {
        for (String client : List.of("python/speckv_client.py", "node/client.mjs")) {
            assertThat(Files.readAllLines(ROOT.resolve("docs/clients").resolve(client)))
                    .as(client)
                    .hasSizeLessThan(40);
        }
    }
}
