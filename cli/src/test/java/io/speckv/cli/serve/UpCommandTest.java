package io.speckv.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import io.speckv.cli.options.EngineArguments;
import io.speckv.cli.options.PairArguments;
import io.speckv.engine.TinyClassifier;
import io.speckv.trio.ServiceTrio;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import picocli.CommandLine;

/**
 * The three services as {@code up} starts them: with the models that {@link PairArguments} name, or with the engine of {@link
 * EngineArguments} in the target's place, which needs its tokenizer and a draft and excludes a target.
 */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class UpCommandTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");

    @TempDir
    Path folder;

    private static String[] options(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "--target",
                MODELS.resolve("speckv-tiny-target").toString(),
                "--draft",
                MODELS.resolve("speckv-tiny-draft").toString(),
                "--port=0",
                "--http-port=-1"));
        for (String service : List.of("draft", "target", "router")) {
            all.add("--" + service + "-set=telemetry.log-level=WARN");
        }
        all.addAll(Arrays.asList(more));
        return all.toArray(new String[0]);
    }

    private static String methods(String... more) throws Exception {
        try (ServiceTrio trio =
                CommandLine.populateCommand(new UpCommand(), options(more)).start()) {
            return CommandRun.of("describe", "--router", "localhost:" + trio.routerPort())
                    .out();
        }
    }

    @Test
    void aClassifierMakesItsMethodOneOfTheRouters() throws Exception {
        Path classifier = TinyClassifier.BERT.write(folder.resolve("tiny-classifier"));
        assertThat(methods("--classifier", classifier.toString())).contains("llmlingua2");
        assertThat(methods()).contains("speckv-pc").doesNotContain("llmlingua2");
    }

    @Test
    void startsWhereTheRouterAsksForTokens() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "a-token-of-length-twenty\n");
        try (ServiceTrio trio = CommandLine.populateCommand(
                        new UpCommand(), options("--router-set", "server.tokens-file=" + tokens))
                .start()) {
            CommandRun without = CommandRun.of("describe", "--router", "localhost:" + trio.routerPort());
            assertThat(without.err()).contains("authorization");
        }
    }

    @Test
    void aTakenPortIsFoundBeforeAnyModelIsLoaded() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("no-model"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun run = CommandRun.of(
                    "up", "--target", empty.toString(), "--draft", empty.toString(), "--port=" + taken.getLocalPort());
            assertThat(run.status()).isNotZero();
            assertThat(run.err())
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .doesNotContain("no-model");
        }
    }

    @Test
    void aFolderWithoutAClassifierIsWrongInput() {
        List<String> up = new ArrayList<>(List.of("up"));
        up.addAll(Arrays.asList(options("--classifier", folder.resolve("none").toString())));
        CommandRun run = CommandRun.of(up.toArray(new String[0]));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(folder.resolve("none").toString()).doesNotContain("defect");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--engine http://localhost:1 --draft DRAFT | --tokenizer DIR",
                "--engine http://localhost:1 --tokenizer DRAFT | --draft DIR",
                "--engine http://localhost:1 --tokenizer DRAFT --draft DRAFT --target DRAFT | leave --target out",
                "--tokenizer DRAFT | which is missing",
                "--context-tokens 512 | which is missing",
                "--engine localhost:1 --tokenizer DRAFT --draft DRAFT | must be that of a server",
            })
    void anEngineIsNamedWithAllThatItNeeds(String options, String why) {
        String draft = MODELS.resolve("speckv-tiny-draft").toString();
        List<String> up = new ArrayList<>(List.of("up", "--port=0", "--http-port=-1"));
        Arrays.stream(options.split(" ", -1))
                .map(option -> option.replace("DRAFT", draft))
                .forEach(up::add);
        CommandRun run = CommandRun.of(up.toArray(new String[0]));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(why).doesNotContain("defect");
    }
}
