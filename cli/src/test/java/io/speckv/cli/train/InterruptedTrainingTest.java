package io.speckv.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.cli.Main;
import io.speckv.cli.client.ExitStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A signal, such as a terminal's Ctrl-C, in the middle of training. */
@Timeout(300)
class InterruptedTrainingTest {
    private static final Path ROOT =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("");

    @TempDir
    Path folder;

    /** The bundled draft learns from the bundled target, more tokens than a test has time for. */
    private Process distill() throws IOException {
        Path target = ROOT.resolve("models/speckv-tiny-target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        Stream.of(
                        "distill",
                        "--target",
                        target,
                        "--draft",
                        ROOT.resolve("models/speckv-tiny-draft"),
                        "--text",
                        ROOT.resolve("LICENSE"),
                        "--length",
                        64,
                        "--step-tokens",
                        64,
                        "--out",
                        "run",
                        "--export",
                        "draft")
                .forEach(word -> command.add(word.toString()));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    /** Sends SIGTERM when the run has begun, and returns what it said after that. Process.destroy would close the output. */
    private static List<String> interrupted(Process process) throws IOException, InterruptedException {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            while (line != null && !line.startsWith("step 50, ")) {
                line = output.readLine();
            }
            assertThat(line).as("the run begins").isNotNull();
            assertThat(process.toHandle().destroy()).isTrue();
            List<String> after = output.lines().toList();
            assertThat(process.waitFor()).as(String.join("\n", after)).isEqualTo(ExitStatus.STOPPED.number());
            return after;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void writesACheckpointFromWhichTheSameCommandGoesOn() throws IOException, InterruptedException {
        assertThat(interrupted(distill()))
                .anySatisfy(
                        line -> assertThat(line).startsWith("speckv: stops with a checkpoint when the step in hand"))
                .anySatisfy(line -> assertThat(line).contains("it goes on with the same command:"));
        assertThat(JsonMapper.builder()
                        .build()
                        .readTree(folder.resolve("run/progress.json").toFile())
                        .path("updates")
                        .asInt())
                .as("steps that were kept")
                .isGreaterThanOrEqualTo(50);
        assertThat(folder.resolve("draft")).as("exported only at the end").doesNotExist();
        assertThat(folder.toFile().list()).as("no dump of a crash").containsExactly("run");

        Process again = distill();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(again.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).startsWith("goes on with run at ");
        } finally {
            again.destroyForcibly().waitFor();
        }
    }
}
