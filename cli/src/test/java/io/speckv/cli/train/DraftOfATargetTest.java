package io.speckv.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** From a target without a draft to one: {@code prune} and {@code distill}, whose {@link TrainingRunArguments} say how a run goes on. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class DraftOfATargetTest {
    private static final Path ROOT =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("");
    private static final String TARGET =
            ROOT.resolve("models/speckv-tiny-target").toString();

    @TempDir
    Path folder;

    private CommandRun prune(String... layers) {
        List<String> all = new ArrayList<>(List.of("prune", "--target", TARGET, "--out", pruned()));
        all.addAll(List.of(layers));
        return CommandRun.of(all.toArray(new String[0]));
    }

    private CommandRun distill(String... more) {
        List<String> all = new ArrayList<>(List.of("distill", "--target", TARGET, "--draft", pruned(), "--out"));
        all.addAll(List.of(
                folder.resolve("run").toString(),
                "--text",
                ROOT.resolve("LICENSE").toString()));
        all.addAll(List.of(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    private String pruned() {
        return folder.resolve("pruned").toString();
    }

    @Test
    void aDraftIsCutOutOfTheTargetAndTaught() {
        assertThat(prune("--layers", "2").out())
                .isEqualTo("layers [0, 3] of " + TARGET + ": 2.3M parameters in " + pruned() + System.lineSeparator());
        CommandRun run = distill(
                "--length", "64", "--step-tokens", "128", "--tokens", "256", "--export", folder.resolve("draft") + "");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("step 0, ").contains("step 2, ");
        assertThat(folder.resolve("draft/model.safetensors")).exists();
    }

    @Test
    void aRunThatStopsEarlySaysHowFarItCameAndTheCommandThatGoesOn() {
        prune("--layers", "2");
        String[] short256 = {"--length", "64", "--step-tokens", "128", "--tokens", "256"};
        List<String> stopping = new ArrayList<>(List.of(short256));
        stopping.addAll(List.of("--stop-at", "128"));
        CommandRun stopped = distill(stopping.toArray(new String[0]));
        CommandRun complete = distill(short256);

        assertThat(stopped.status()).as(stopped.err()).isZero();
        assertThat(stopped.err())
                .contains(
                        "stopped at 128 of 256 tokens (step 1); it goes on with the same command and a higher --stop-at:"
                                + System.lineSeparator() + "  ./speckv distill --target " + TARGET)
                .endsWith("--stop-at 128" + System.lineSeparator());
        assertThat(complete.err())
                .contains("goes on with ")
                .endsWith("all 256 tokens are used up (step 2)" + System.lineSeparator());
    }

    @Test
    void layersAreNamedOrCounted() {
        assertThat(prune("--keep", "0,2").out()).startsWith("layers [0, 2] of ");
        assertThat(prune("--keep", "0,2").err()).contains("found one that has a model already");
        assertThat(prune().err()).contains("Missing required argument");
        assertThat(prune("--keep", "0", "--layers", "2").err()).contains("mutually exclusive");
        assertThat(prune("--layers", "9").err())
                .isEqualTo("speckv: layers is 9; it must be 2 or more and fewer than the target's 4"
                        + System.lineSeparator());
        assertThat(prune("--layers", "9").status()).isEqualTo(2);
    }

    @Test
    void whatCannotBeTaughtIsWrongInput() {
        prune("--layers", "2");
        assertThat(distill("--length", "32").err()).contains("length is 32; it must be 64 or more");
        assertThat(distill("--length", "32").status()).isEqualTo(2);
        assertThat(distill("--dtype", "int8").err()).contains("dtype is int8; train in auto, fp32 or bf16");
        assertThat(distill("--export", TARGET).err()).contains("run and export need folders of their own");
        assertThat(distill("--export", folder.resolve("run").toString()).err())
                .contains("run and export need two folders");
        assertThat(distill("--length", "16384").err()).contains("expected positions for windows of 16384 tokens");
        assertThat(Files.exists(folder.resolve("run"))).isFalse();
    }
}
