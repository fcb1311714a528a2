package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, as a script would call it, with a {@link LocalAnswer} as JSON and in figures. */
class RunCommandTest {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));
    private static final Path TARGET = GOLDEN.resolve("models/llama-target");
    private static final Path DRAFT = GOLDEN.resolve("models/llama-draft");

    private record Outcome(int status, String out, String err) {}

    @Test
    void jsonTellsWhatTheReferenceDid(@TempDir Path folder) throws Exception {
        JsonNode run = new ObjectMapper()
                .readTree(GOLDEN.resolve("runs.json").toFile())
                .get(0);
        Path ids = folder.resolve("ids.json");
        Files.writeString(ids, run.get("prompt").toString());
        Path config = folder.resolve("cascade.yaml");
        Files.writeString(
                config,
                "specpc: " + run.get("specpc").get("config") + "\nspeckv: "
                        + run.get("speckv").get("config") + "\n");
        Outcome outcome = speckv(
                folder,
                "run --target %s --draft %s --prompt-ids %s --method speckv-pc --config %s --set verify_lookahead=false"
                        .formatted(TARGET, DRAFT, ids, config),
                "--max-new-tokens 12 --ignore-eos --dtype fp32 --json");
        assertThat(outcome.status).as(outcome.err).isZero();
        JsonNode told = new ObjectMapper().readTree(outcome.out);
        assertThat(told.get("prompt_ids")).isEqualTo(run.get("prompt"));
        assertThat(told.get("kept")).isEqualTo(run.get("specpc").get("kept"));
        assertThat(told.get("lookahead")).isEqualTo(run.get("speckvpc").get("lookahead"));
        assertThat(told.get("kept_per_layer_head"))
                .isEqualTo(run.get("speckvpc").get("kept_per_layer_head"));
        assertThat(told.get("output_ids")).isEqualTo(run.get("speckvpc").get("output"));
        assertThat(told.get("scores")).hasSize(run.get("prompt").size());
        assertThat(told.get("kv_bytes").get("kept").asLong())
                .isLessThan(told.get("kv_bytes").get("full").asLong());
        assertThat(told.get("timings_ms").get("target.prefill").asDouble()).isPositive();
    }

    @Test
    void aMethodWithoutItsDraftIsWrongInput(@TempDir Path folder) throws Exception {
        Outcome outcome = speckv(
                folder,
                "run --target " + TARGET + " --method specpc --set max_capacity_prompt=4 --set window_size=2",
                "--set kernel_size=2 --prompt abcdefgh");
        assertThat(outcome.status).isEqualTo(2);
        assertThat(outcome.err).contains("method specpc needs a draft model").contains("--draft");
    }

    @Test
    void aMistypedSettingNamesTheKnownOnes(@TempDir Path folder) throws Exception {
        Outcome outcome = speckv(folder, "run --target " + TARGET, "--method snapkv --set window_sice=8 --prompt abc");
        assertThat(outcome.status).isEqualTo(2);
        assertThat(outcome.err).contains("window_sice").contains("window_size");
    }

    @Test
    void aFolderThatIsNoCheckpointIsNamed(@TempDir Path folder) throws Exception {
        Outcome outcome = speckv(folder, "run --target " + folder, "--prompt abc");
        assertThat(outcome.status).isEqualTo(2);
        assertThat(outcome.err).contains(folder.toString());
    }

    @Test
    void generatePrintsTheTextAndTheSpeed(@TempDir Path folder) throws Exception {
        Outcome outcome = speckv(
                folder,
                "generate --target " + TARGET + " --prompt abcdefgh",
                "--max-new-tokens 8 --ignore-eos --dtype fp32");
        assertThat(outcome.status).as(outcome.err).isZero();
        assertThat(outcome.out).isNotBlank();
        assertThat(outcome.err).contains("8 tokens").contains("tokens/s");
    }

    @Test
    void theReadmesExampleFindsTheNumberOnAnEighthOfTheTokens(@TempDir Path folder) throws Exception {
        Path root = GOLDEN.resolveSibling("").toAbsolutePath().normalize();
        String example = "generate --target %1$s/models/speckv-tiny-target --draft %1$s/models/speckv-tiny-draft"
                + " --prompt-file %1$s/docs/examples/hidden-number.txt --max-new-tokens 16 --dtype fp32";
        Outcome cascade = speckv(
                folder,
                example.formatted(root),
                "--method speckv-pc --config " + root.resolve("docs/examples/cascade.yaml"));
        assertThat(cascade.out).as(cascade.err).contains("4817263");
        assertThat(cascade.err).contains("1047 prompt tokens, 128 kept");
        Outcome positionsOnly =
                speckv(folder, example.formatted(root), "--method streaming --set max_capacity_prompt=64");
        assertThat(positionsOnly.out).doesNotContain("4817263");
    }

    private static Outcome speckv(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-DOPT_OUT_TRACKING=true",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                "io.speckv.cli.Main"));
        command.addAll(List.of(String.join(" ", arguments).split(" ")));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Outcome(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
