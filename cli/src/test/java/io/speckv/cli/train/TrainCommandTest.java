package io.speckv.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What {@code train} refuses before it begins. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class TrainCommandTest {
    private static final Path ROOT =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("");

    @TempDir
    Path folder;

    private CommandRun train(String out, String... more) {
        String settings =
                ROOT.resolve("training/settings/speckv-tiny-draft.json").toString();
        List<String> all = new ArrayList<>(List.of("train", "--settings", settings, "--out", out));
        all.addAll(List.of("--text", ROOT.resolve("LICENSE").toString()));
        all.addAll(Arrays.asList(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    @Test
    void aStageThatCannotBeginIsWrongInput() {
        String run = folder.resolve("run").toString();
        String earlier = folder.resolve("earlier").toString();
        assertThat(train(run, "--from", earlier).err())
                .isEqualTo("speckv: " + earlier + ": expected a run (state.safetensors, progress.json) or a model"
                        + " (config.json), found no such folder" + System.lineSeparator());
        assertThat(train(run, "--from", earlier).status()).isEqualTo(2);
        assertThat(train(run, "--from", run).err()).contains("needs a folder of its own");
        assertThat(train(run, "--from", run).status()).isEqualTo(2);
        assertThat(train(run, "--export", run).err()).contains("run and export need two folders, not " + run);
        assertThat(train(run, "--export", run).status()).isEqualTo(2);
        assertThat(train(run, "--from", earlier, "--tokenizer-of", folder.toString())
                        .err())
                .contains("the tokenizer is that of " + earlier + "; name no other");
        assertThat(folder.resolve("run")).doesNotExist();
    }
}
