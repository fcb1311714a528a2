package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.client.ExitStatus;
import io.speckv.cli.doctor.DoctorCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What {@link DoctorCommand} says of this machine; the whole device check, in its smallest sizes, on the CPU. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class DoctorCommandTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");
    private static final String TARGET = "--target=" + MODELS.resolve("speckv-tiny-target");
    private static final String DRAFT = "--draft=" + MODELS.resolve("speckv-tiny-draft");

    @TempDir
    Path folder;

    @Test
    void everythingIsSaidInLinesOfEightyColumns() {
        CommandRun run = CommandRun.of("doctor", "--quick", TARGET, DRAFT);

        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .contains("processor", "memory", "java", "libtorch", "fp32", "bf16", "int8", "containers", "ports")
                .contains("speckv-tiny-draft");
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("speckv-tiny-target, 3.9M parameters: weights", "; cache at most");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void jsonHoldsTheSame() throws IOException {
        JsonNode json = new ObjectMapper()
                .readTree(CommandRun.of("doctor", "--quick", "--json", TARGET, DRAFT)
                        .out());

        assertThat(json.get("right").asBoolean()).isTrue();
        assertThat(json.get("findings").findValuesAsText("subject"))
                .contains("processor", "libtorch", "target", "draft", "build");
        assertThat(json.get("checks")).isEmpty();
    }

    @Test
    void aFolderWithoutACheckpointIsWrong() {
        CommandRun run = CommandRun.of("doctor", "--quick", "--target=" + folder, DRAFT);

        assertThat(run.status()).isEqualTo(ExitStatus.FAILED.number());
        assertThat(run.out()).contains("WRONG target", "-> name a checkpoint's folder with --target");
    }

    @Test
    void aGpuThatIsNotThereIsWrongAndSaysHowCudaGetsHere() {
        CommandRun run = CommandRun.of(
                "doctor", "--quick", "--device=gpu:99", "--report=" + folder.resolve("report.json"), TARGET, DRAFT);

        assertThat(run.status()).isEqualTo(ExitStatus.FAILED.number());
        assertThat(run.out()).contains("WRONG gpu:99", "PYTORCH_LIBRARY_PATH", "PYTORCH_VERSION=2.7.1");
    }

    @Test
    void unknownDevicesAndSizesAreWrongArguments() {
        for (List<String> wrong : List.of(
                List.of("--device=tpu"),
                List.of("--golden-runs=17"),
                List.of("--shape=gpt-2"),
                List.of("--prompt=1"))) {
            CommandRun run = CommandRun.of("doctor", wrong.get(0));
            assertThat(run.status()).as(wrong.toString()).isEqualTo(ExitStatus.WRONG_INPUT.number());
        }
    }

    @Test
    void theDeviceCheckPassesOnTheCpu() throws IOException {
        Path report = folder.resolve("report.json");
        CommandRun run = CommandRun.of(
                "doctor",
                "--quick",
                "--device=cpu",
                "--golden-runs=4",
                "--shape=tiny",
                "--draft-shape=tiny",
                "--prompt=64",
                "--cascade=512",
                "--weights=" + folder,
                "--report=" + report,
                TARGET,
                DRAFT);

        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("9 of 9 checks passed");
        JsonNode checks = new ObjectMapper().readTree(report.toFile()).get("checks");
        assertThat(checks.findValuesAsText("name"))
                .containsExactly(
                        "golden runs, fp32",
                        "golden runs, bf16",
                        "batched decode against single",
                        "eviction",
                        "sparse prefill",
                        "prefix reuse",
                        "sampling",
                        "speed, " + checks.get(7).get("name").asText().substring("speed, ".length()),
                        "cascade of 512 tokens");
        assertThat(checks.get(0).get("figures").get("runs").asInt()).isEqualTo(4);
        assertThat(checks.get(7).get("figures").get("prefillShare").asDouble()).isPositive();
    }
}
