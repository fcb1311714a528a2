package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.RouterArguments;
import io.speckv.draft.DraftMain;
import io.speckv.engine.GoldenRun;
import io.speckv.router.RouterMain;
import io.speckv.target.TargetMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Three processes answer what one does: the same arguments to {@code generate} and to {@code run}, the same tokens. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeparateProcessesTest {
    private static final GoldenRun RUN = GoldenRun.all().get(0);

    private final List<ServiceProcess> processes = new ArrayList<>();
    private String router = "";
    private Path folder = Path.of("");
    private Path prompt = Path.of("");

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        prompt = folder.resolve("prompt.json");
        Files.writeString(prompt, Arrays.toString(RUN.prompt()));
        ServiceProcess draft = started(
                DraftMain.class, "--model.folder=" + RUN.draft(), "--model.dtype=fp32", "--limits.prompt-tokens=2000");
        ServiceProcess target = started(
                TargetMain.class,
                "--model.folder=" + RUN.target(),
                "--model.dtype=fp32",
                "--slots.small.count=1",
                "--slots.large.count=1",
                "--slots.large.tokens=4096");
        ServiceProcess routing = started(
                RouterMain.class,
                "--tokenizer.target=" + RUN.target(),
                "--draft.channel.target=localhost:" + draft.port(),
                "--target.channel.target=localhost:" + target.port(),
                "--fallback.policy=fail",
                "--describe-every=200ms");
        router = "localhost:" + routing.port();
        try (RouterClient client = RouterArguments.local(routing.port()).open()) {
            client.awaitPair(Duration.ofMinutes(2));
        }
    }

    private ServiceProcess started(Class<?> main, String... flags) throws IOException {
        ServiceProcess process = ServiceProcess.start(main, folder, flags);
        processes.add(process);
        return process;
    }

    @AfterAll
    void stop() throws InterruptedException {
        for (int i = processes.size() - 1; i >= 0; i--) {
            assertThat(processes.get(i).terminate()).as("exit status").isZero();
        }
    }

    static Stream<List<String>> methods() {
        List<String> budget = List.of("--set", "max_capacity_prompt=40", "--set", "window_size=4");
        List<String> layers = List.of("--set", "starting_layer_index=0");
        return Stream.of(
                List.of("full"),
                with("specpc", budget, layers),
                with("speckv", budget),
                with("ada-speckv", budget),
                with("corrected-speckv", budget),
                List.of(
                        "speckv-pc",
                        "--set",
                        "specpc.max_capacity_prompt=60",
                        "--set",
                        "specpc.window_size=8",
                        "--set",
                        "specpc.starting_layer_index=0",
                        "--set",
                        "speckv.max_capacity_prompt=30",
                        "--set",
                        "speckv.window_size=4"),
                with("snapkv", budget),
                with("pyramidkv", budget),
                with("ada-snapkv", budget),
                List.of("h2o", "--set", "max_capacity_prompt=40", "--set", "recent_tokens=8"),
                List.of("tova", "--set", "max_capacity_prompt=40"),
                List.of("streaming", "--set", "max_capacity_prompt=40"),
                with("laq++", budget),
                List.of("specprefill", "--set", "keep_rate=0.3"),
                List.of("truncate", "--set", "max_capacity_prompt=40"),
                with("random", budget));
    }

    @SafeVarargs
    private static List<String> with(String name, List<String>... settings) {
        List<String> arguments = new ArrayList<>(List.of(name));
        for (List<String> more : settings) {
            arguments.addAll(more);
        }
        return arguments;
    }

    @ParameterizedTest
    @MethodSource("methods")
    void answerAsTheRunCommandDoes(List<String> method) throws IOException {
        JsonNode here = json(
                method,
                "run",
                "--target",
                RUN.target().toString(),
                "--draft",
                RUN.draft().toString(),
                "--dtype",
                "fp32");
        JsonNode there = json(method, "generate", "--router", router);

        assertThat(there.path("answer").path("token_ids")).isEqualTo(here.get("output_ids"));
        assertThat(there.path("finished").path("usage").path("kept_token_count").asInt())
                .isEqualTo(here.get("kept").size());
        assertThat(there.path("finished")
                        .path("compression")
                        .path("applied_method")
                        .asText())
                .isEqualTo(method.get(0));
    }

    private JsonNode json(List<String> method, String... command) throws IOException {
        List<String> arguments = new ArrayList<>(Arrays.asList(command));
        arguments.add("--method");
        arguments.addAll(method);
        arguments.addAll(
                List.of("--prompt-ids", prompt.toString(), "--max-new-tokens", "12", "--ignore-eos", "--json"));
        CommandRun run = CommandRun.of(arguments.toArray(new String[0]));
        assertThat(run.status()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }
}
