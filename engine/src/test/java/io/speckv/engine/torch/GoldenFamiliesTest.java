package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.GoldenFamily;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.selection.cache.FullCache;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every family and rope scaling against transformers, on tiny random checkpoints whose prompts leave windows and
 * contexts. So {@link ModelWeights} reads every part that a layer may have, and {@link Rotary} turns sequences of
 * different lengths in one step as each alone, whether frequencies depend on the length, on the layer, or on nothing.
 */
@Tag("numerics")
class GoldenFamiliesTest {
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    static Stream<GoldenFamily> families() {
        return GoldenFamily.all().stream();
    }

    static Stream<Arguments> familiesAndCuts() {
        return families().flatMap(family -> Stream.of(Arguments.of(family, 200, 200), Arguments.of(family, 7, 33)));
    }

    /** However the prompt is cut into pieces and blocks of rows. */
    @ParameterizedTest
    @MethodSource("familiesAndCuts")
    void logitsAndGreedyTokensAreThoseOfTransformers(GoldenFamily family, int rowBlock, int piece) {
        int[] prompt = family.prompt();
        try (DecoderModel model = DecoderModel.open(family.folder(), FP32.withRowBlock(rowBlock));
                KvArena arena = model.newArena(1, prompt.length + family.greedy().length)) {
            KvSlot slot = arena.take();
            double checksum = 0;
            float[] last = {};
            for (float[] row : logits(model, slot, prompt, piece)) {
                last = row;
                for (float logit : row) {
                    checksum += Math.abs(logit);
                }
            }
            assertThat(last).containsExactly(family.lastLogits(), within(1e-3f));
            assertThat(checksum).isCloseTo(family.checksum(), within(1e-4 * family.checksum()));
            assertThat(GoldenParityTest.greedy(model, slot, last, family.greedy().length))
                    .isEqualTo(family.greedy());
        }
    }

    /** Drafted tokens that are verified together give the logits that they give one by one. */
    @ParameterizedTest
    @MethodSource("families")
    void severalTokensAtOnceGiveWhatTheyGiveOneByOne(GoldenFamily family) {
        int[] prompt = family.prompt();
        int[] greedy = family.greedy();
        try (DecoderModel model = DecoderModel.open(family.folder(), FP32);
                KvArena arena = model.newArena(2, prompt.length + greedy.length)) {
            KvSlot slot = arena.take();
            KvSlot shorter = arena.take();
            logits(model, slot, prompt, prompt.length);
            logits(model, shorter, Arrays.copyOf(prompt, 20), 20);
            float[][][] rows =
                    ChunkStep.run(model, List.of(slot, shorter), new int[][] {greedy, Arrays.copyOf(greedy, 3)});
            for (int i = 0; i + 1 < greedy.length; i++) {
                assertThat(GoldenParityTest.argmax(rows[0][i])).isEqualTo(greedy[i + 1]);
            }
        }
    }

    /** Sequences of other lengths beside it change nothing. */
    @ParameterizedTest
    @MethodSource("families")
    void aStepOfManySequencesGivesWhatEachGivesAlone(GoldenFamily family) {
        int[] prompt = family.prompt();
        int[] greedy = family.greedy();
        try (DecoderModel model = DecoderModel.open(family.folder(), FP32);
                KvArena arena = model.newArena(3, prompt.length + greedy.length)) {
            KvSlot shorter = arena.take();
            KvSlot slot = arena.take();
            KvSlot shortest = arena.take();
            logits(model, shorter, Arrays.copyOf(prompt, 31), 31);
            logits(model, slot, prompt, prompt.length);
            logits(model, shortest, Arrays.copyOf(prompt, 2), 2);
            for (int i = 0; i + 1 < greedy.length; i++) {
                float[][] rows = DecodeStep.run(model, List.of(shorter, slot, shortest), new int[] {5, greedy[i], 6});
                assertThat(GoldenParityTest.argmax(rows[1])).isEqualTo(greedy[i + 1]);
            }
        }
    }

    /** As far from float32 as transformers in bf16 is, with some room for other places where it rounds. */
    @ParameterizedTest
    @MethodSource("families")
    void bf16IsAsNearToFloat32AsTransformersIs(GoldenFamily family) {
        int[] prompt = family.prompt();
        try (DecoderModel model = DecoderModel.open(family.folder(), FP32.withPrecision(Precision.BF16));
                KvArena arena = model.newArena(1, prompt.length)) {
            float[][] rows = logits(model, arena.take(), prompt, prompt.length);
            double theirs = distance(family.bf16Logits(), family.lastLogits());
            assertThat(distance(rows[rows.length - 1], family.lastLogits())).isLessThan(1.5 * theirs);
        }
    }

    /** Root of the mean square of differences. */
    static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum / a.length);
    }

    static float[][] logits(DecoderModel model, KvSlot slot, int[] prompt, int piece) {
        Eviction none = new Eviction(new FullCache(), prompt.length, 0, false);
        float[][] all = new float[prompt.length][];
        try (PromptPass pass = PromptPass.start(model, slot, none)) {
            for (int from = 0; from < prompt.length; from += piece) {
                int to = Math.min(prompt.length, from + piece);
                pass.feed(Arrays.copyOfRange(prompt, from, to), to == prompt.length, YieldPoint.NONE);
                System.arraycopy(pass.lastLogits(to - from), 0, all, from, to - from);
            }
        }
        return all;
    }
}
