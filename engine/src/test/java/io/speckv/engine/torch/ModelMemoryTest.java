package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Isolated // reads the process's mappings
class ModelMemoryTest {
    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP32", "BF16", "INT8"})
    void whatIsSaidBeforeAModelIsOpenedIsWhatItTakes(Precision precision) {
        ModelOptions options = ModelOptions.DEFAULTS.withPrecision(precision);
        try (DecoderModel model = DecoderModel.open(GoldenRun.model("qwen3-target"), options);
                KvArena arena = model.newArena(2, 10)) {
            ModelMemory memory = ModelMemory.of(model.shape(), options);

            assertThat(memory).isEqualTo(model.memoryUse());
            assertThat(memory.positions()).isEqualTo(model.shape().maxPositions());
            long pairs = (long) model.shape().layers() * model.shape().kvHeads() * arena.capacity();
            assertThat(memory.slotBytes(arena.capacity())).isEqualTo(pairs * arena.bytesPerPair());
        }
    }

    @Test
    void weightsAreCountedAsTheyLie() {
        try (Checkpoint checkpoint = Checkpoint.open(GoldenRun.model("qwen3-target"))) {
            ModelShape shape = checkpoint.shape();
            long embedding = (long) shape.vocabSize() * shape.hiddenSize();
            long parameters = checkpoint.weights().values().stream()
                    .mapToLong(numbers -> numbers.length)
                    .sum();

            assertThat(WeightLayout.parameters(shape)).isEqualTo(parameters);
            assertThat(ModelMemory.of(shape, ModelOptions.DEFAULTS.withPrecision(Precision.FP32))
                            .weightBytes())
                    .as("the tied head is a copy in another order")
                    .isEqualTo(4 * (parameters + (shape.tiedEmbeddings() ? embedding : 0)));
        }
    }

    /** Matrices are copied into another order; the file's pages that they were read from leave the process. */
    @Test
    void onlyWhatStaysAsItIsStoredStaysMapped(@TempDir Path folder) throws IOException {
        Path maps = Path.of("/proc/self/smaps");
        assumeTrue(Files.exists(maps), "this machine has no /proc");
        ModelOptions options = ModelOptions.DEFAULTS.withPrecision(Precision.BF16);
        assumeTrue(
                Capabilities.of(options.device())
                        .computation(options.precision(), options.kernels())
                        .kind()
                        .isRearranged(),
                "this machine has no layout of its own for weights");
        Path model = Path.of(System.getProperty("speckv.golden")).resolveSibling("models/speckv-tiny-target");
        Files.copy(model.resolve("config.json"), folder.resolve("config.json"));
        Path file = Files.copy(model.resolve("model.safetensors"), folder.resolve("model.safetensors"))
                .toRealPath();
        try (DecoderModel open = DecoderModel.open(folder, options)) {
            assertThat(residentBytes(maps, file)).isNotNegative().isLessThan(Files.size(file) / 4);
            assertThat(open.precision()).isEqualTo(Precision.BF16);
        }
    }

    /** Bytes of a file that are in memory for this process; -1 if it is not mapped. */
    private static long residentBytes(Path maps, Path file) throws IOException {
        long bytes = -1;
        boolean ofFile = false;
        for (String line : Files.readAllLines(maps)) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                ofFile = line.endsWith(" " + file);
            } else if (ofFile && line.startsWith("Rss:")) {
                bytes = Math.max(0, bytes) + 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return bytes;
    }
}
