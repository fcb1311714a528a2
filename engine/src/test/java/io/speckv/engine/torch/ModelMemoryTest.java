package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.ModelShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
}
