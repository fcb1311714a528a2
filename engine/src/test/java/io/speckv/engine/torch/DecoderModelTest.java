package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CancelledException;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.Kernels;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.PromptTooLongException;
import io.speckv.engine.TokenOutOfVocabularyException;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.TensorEntry;
import io.speckv.selection.cache.FullCache;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("numerics")
class DecoderModelTest {
    private static final Path LLAMA = GoldenRun.model("llama-target");

    @Test
    void saysWhetherItsDeviceComputesAndHoldsNothingForIt() {
        try (DecoderModel model = DecoderModel.open(LLAMA, ModelOptions.DEFAULTS)) {
            int before = model.openScopesAndArrays();
            assertThat(model.computes()).isTrue();
            assertThat(model.openScopesAndArrays()).isEqualTo(before);
        }
    }

    static Stream<GoldenRun> runs() {
        return GoldenRun.all().stream();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void bf16LogitsStayCloseToFloat32(GoldenRun run) {
        float[] exact = lastLogits(run.target(), Precision.FP32, run.prompt());
        assertThat(scaledDistance(exact, lastLogits(run.target(), Precision.BF16, run.prompt())))
                .isLessThan(3e-2);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void int8LogitsStayNearFloat32(GoldenRun run) {
        float[] exact = lastLogits(run.target(), Precision.FP32, run.prompt());
        assertThat(scaledDistance(exact, lastLogits(run.target(), Precision.INT8, run.prompt())))
                .isLessThan(0.15);
    }

    /** The bounds are llama.cpp's q8_0's on SmolLM2 (docs/evaluation.md). */
    @ParameterizedTest
    @EnumSource(names = {"BF16", "INT8"})
    void outlyingColumnsAsRealModelsHaveThemCostNoMore(Precision precision, @TempDir Path folder) throws IOException {
        OutlyingCheckpoint.write(LLAMA, folder);
        Random random = new Random(3);
        int[][] prompts = Stream.generate(() -> random.ints(60, 0, 250).toArray())
                .limit(10)
                .toArray(int[][]::new);
        for (Kernels kernels : Kernels.values()) {
            ModelOptions options =
                    ModelOptions.DEFAULTS.withPrecision(precision).withKernels(kernels);
            DoubleSummaryStatistics errors = new DoubleSummaryStatistics();
            for (int[] prompt : prompts) {
                double[] exact = logProbabilities(lastLogits(folder, Precision.FP32, prompt));
                double[] found = logProbabilities(lastLogits(folder, options, prompt));
                int[] likely = likeliest(exact, 5);
                Arrays.stream(likely).forEach(id -> errors.accept(Math.abs(exact[id] - found[id])));
                assertThat(exact[likely[0]] - exact[likeliest(found, 1)[0]]).isLessThan(0.2);
            }
            assertThat(errors.getAverage()).as(kernels.toString()).isLessThan(0.099);
            assertThat(errors.getMax()).as(kernels.toString()).isLessThan(0.57);
        }
    }

    private static int[] likeliest(double[] values, int count) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -values[id]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double[] logProbabilities(float[] logits) {
        double[] wide = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < wide.length; i++) {
            wide[i] = logits[i];
            sum += Math.exp(logits[i]);
        }
        double log = Math.log(sum);
        return Arrays.stream(wide).map(logit -> logit - log).toArray();
    }

    @Test
    void nanWeightsAreRefusedByName(@TempDir Path folder) throws IOException {
        copy(LLAMA, folder);
        TensorEntry entry;
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            entry = checkpoint.tensor("model.layers.1.mlp.up_proj.weight");
        }
        ByteBuffer nan = ByteBuffer.allocate(4).putInt(Integer.reverseBytes(Float.floatToIntBits(Float.NaN)));
        try (FileChannel file = FileChannel.open(entry.file(), StandardOpenOption.WRITE)) {
            file.write(nan.flip(), entry.offset() + 40);
        }
        assertThatThrownBy(() -> DecoderModel.open(folder, ModelOptions.DEFAULTS))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining("model.layers.1.mlp.up_proj.weight")
                .hasMessageContaining("finite");
    }

    @Test
    void aPromptBeyondTheModelsPositionsIsRefused() {
        int[] tokens = new int[8193];
        assertThatThrownBy(() -> lastLogits(LLAMA, Precision.FP32, tokens))
                .isInstanceOf(PromptTooLongException.class)
                .hasMessageContaining("8192")
                .hasMessageContaining("8193");
    }

    @Test
    void aTokenOutsideTheVocabularyIsRefusedBeforeItReachesTheGraph() {
        assertThatThrownBy(() -> lastLogits(LLAMA, Precision.FP32, new int[] {1, -1}))
                .isInstanceOf(TokenOutOfVocabularyException.class)
                .hasMessageContaining("-1")
                .hasMessageContaining("index 1");
    }

    @Test
    void cancellationStopsAPrefillBetweenBlocks() {
        AtomicInteger asked = new AtomicInteger();
        try (DecoderModel model = DecoderModel.open(LLAMA, ModelOptions.DEFAULTS.withRowBlock(16));
                KvArena arena = model.newArena(1, 64);
                PromptPass pass = PromptPass.start(model, arena.take(), new Eviction(new FullCache(), 64, 0, false))) {
            int[] prompt = IntStream.range(0, 64).toArray();
            assertThatThrownBy(() -> pass.feed(prompt, true, YieldPoint.endingWhen(() -> asked.incrementAndGet() == 3)))
                    .isInstanceOf(CancelledException.class);
            assertThat(asked).hasValue(3);
        }
    }

    private static float[] lastLogits(Path folder, Precision precision, int[] prompt) {
        return lastLogits(folder, ModelOptions.DEFAULTS.withPrecision(precision), prompt);
    }

    private static float[] lastLogits(Path folder, ModelOptions options, int[] prompt) {
        try (DecoderModel model = DecoderModel.open(folder, options);
                KvArena arena = model.newArena(1, prompt.length);
                PromptPass pass =
                        PromptPass.start(model, arena.take(), new Eviction(new FullCache(), prompt.length, 0, false))) {
            pass.feed(prompt, true, YieldPoint.NONE);
            return pass.lastLogits(1)[0];
        }
    }

    /** Root mean square of the difference over the standard deviation of the exact logits. */
    private static double scaledDistance(float[] exact, float[] other) {
        double mean = 0;
        for (float logit : exact) {
            mean += logit / exact.length;
        }
        double variance = 0;
        double error = 0;
        for (int i = 0; i < exact.length; i++) {
            variance += Math.pow(exact[i] - mean, 2);
            error += Math.pow(exact[i] - other[i], 2);
        }
        return Math.sqrt(error / variance);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
