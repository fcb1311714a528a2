package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.WeightsFile;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.training.torch.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checkpoint of a run, also where the process ended between its two files. */
class RunFolderTest {
    private static final ModelShape SHAPE = InitialWeightsTest.settings(2).shape(64);
    private static final TrainingProgress EARLY = new TrainingProgress(1000, 0, 0, 2.5);
    private static final TrainingProgress LATE = new TrainingProgress(5_000_000_000L, 1, 123_456_789_012L, 1 / 3.0);

    @TempDir
    Path temporary;

    private static TrainingState state(int updates) {
        Map<String, float[]> weights = InitialWeights.of(SHAPE, updates);
        return new TrainingState(updates, weights, weights, weights);
    }

    private static void assertIs(RunFolder.Checkpoint found, int updates, TrainingProgress progress) {
        assertThat(found.progress()).isEqualTo(progress);
        assertThat(found.state().updates()).isEqualTo(updates);
        String name = WeightLayout.of(SHAPE).keySet().iterator().next();
        assertThat(found.state().weights()).hasSameSizeAs(InitialWeights.of(SHAPE, updates));
        assertThat(found.state().weights().get(name))
                .isEqualTo(InitialWeights.of(SHAPE, updates).get(name));
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        RunFolder folder = new RunFolder(temporary);
        folder.save(SHAPE, state(70_000), LATE);

        assertIs(folder.checkpoint(), 70_000, LATE);
    }

    @Test
    void aStateIsNeverReadWithTheProgressOfAnEarlierOne() throws IOException {
        RunFolder folder = new RunFolder(temporary);
        folder.save(SHAPE, state(3), EARLY);
        Path earlier = Files.copy(temporary.resolve("progress.json"), temporary.resolve("earlier.json"));
        folder.save(SHAPE, state(9), LATE);
        // As if the process had ended before the second file was written.
        Files.copy(earlier, temporary.resolve("progress.json"), StandardCopyOption.REPLACE_EXISTING);

        assertIs(folder.checkpoint(), 9, LATE);
    }

    @Test
    void theStateOfAnOlderRunHasItsProgressBesideIt() throws IOException {
        RunFolder folder = new RunFolder(temporary);
        folder.save(SHAPE, state(3), EARLY);
        List<SafetensorsWriter.Tensor> older = new ArrayList<>();
        WeightsFile.read(temporary.resolve("state.safetensors")).forEach((name, numbers) -> {
            if (!name.equals("progress")) {
                older.add(new SafetensorsWriter.Tensor(
                        name, WeightType.F32, new long[] {numbers.length}, i -> numbers[(int) i]));
            }
        });
        SafetensorsWriter.write(temporary.resolve("state.safetensors"), older);

        assertIs(folder.checkpoint(), 3, EARLY);
    }
}
