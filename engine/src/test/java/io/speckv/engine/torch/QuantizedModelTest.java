package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.GoldenFamily;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders with quantised weights against transformers on the weights that they mean. */
@Tag("numerics")
class QuantizedModelTest {
    @ParameterizedTest
    @MethodSource("io.speckv.engine.GoldenFamily#quantized")
    void logitsAndGreedyTokensAreThoseOfTheDequantisedModel(GoldenFamily golden) {
        int[] prompt = golden.prompt();
        try (DecoderModel model = DecoderModel.open(golden.folder(), options(Precision.FP32));
                KvArena arena = model.newArena(1, prompt.length + golden.greedy().length)) {
            KvSlot slot = arena.take();
            float[] last = GoldenFamiliesTest.logits(model, slot, prompt, prompt.length)[prompt.length - 1];
            assertThat(last).containsExactly(golden.lastLogits(), within(1e-3f));
            assertThat(GoldenParityTest.greedy(model, slot, last, golden.greedy().length))
                    .isEqualTo(golden.greedy());
        }
    }

    /** As far from float32 as transformers in bf16 is, with some room for other places where it rounds. */
    @ParameterizedTest
    @MethodSource("io.speckv.engine.GoldenFamily#quantized")
    void bf16IsAsNearToFloat32AsTransformersIs(GoldenFamily golden) {
        double theirs = GoldenFamiliesTest.distance(golden.bf16Logits(), golden.lastLogits());
        assertThat(GoldenFamiliesTest.distance(lastLogits(golden, Precision.BF16), golden.lastLogits()))
                .isLessThan(2 * theirs);
    }

    /** Quantised once more, to the engine's own blocks: a tenth of what logits are apart from each other. */
    @ParameterizedTest
    @MethodSource("io.speckv.engine.GoldenFamily#quantized")
    void int8IsMadeOfTheNumbersThatTheFormatMeans(GoldenFamily golden) {
        float[] exact = golden.lastLogits();
        assertThat(GoldenFamiliesTest.distance(lastLogits(golden, Precision.INT8), exact))
                .isLessThan(0.1 * GoldenFamiliesTest.distance(exact, new float[exact.length]));
    }

    private static float[] lastLogits(GoldenFamily golden, Precision precision) {
        int[] prompt = golden.prompt();
        try (DecoderModel model = DecoderModel.open(golden.folder(), options(precision));
                KvArena arena = model.newArena(1, prompt.length)) {
            return GoldenFamiliesTest.logits(model, arena.take(), prompt, prompt.length)[prompt.length - 1];
        }
    }

    private static ModelOptions options(Precision precision) {
        return ModelOptions.DEFAULTS.withPrecision(precision);
    }
}
