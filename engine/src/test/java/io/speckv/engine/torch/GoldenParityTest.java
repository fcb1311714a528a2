package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.selection.cache.FullCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits and greedy continuations of all golden runs in float32, however the prompt is cut. */
@Tag("numerics")
class GoldenParityTest {
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    static Stream<GoldenRun> runs() {
        return GoldenRun.all().stream();
    }

    static Stream<Arguments> runsAndRowBlocks() {
        return runs().flatMap(run -> Stream.of(1, 7, 64).map(rows -> Arguments.of(run, rows)));
    }

    static Stream<Arguments> runsAndPieces() {
        return runs().flatMap(run -> Stream.of(1, 33, 100).map(rows -> Arguments.of(run, rows)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void logitsOfTheWholePromptEqualTheReference(GoldenRun run) {
        checkLogitsAndGreedy(run, FP32, run.prompt().length);
    }

    @ParameterizedTest
    @MethodSource("runsAndRowBlocks")
    void rowBlocksDoNotChangeTheResult(GoldenRun run, int rowBlock) {
        checkLogitsAndGreedy(run, FP32.withRowBlock(rowBlock), run.prompt().length);
    }

    @ParameterizedTest
    @MethodSource("runsAndPieces")
    void promptsInPiecesGiveTheSameResult(GoldenRun run, int piece) {
        checkLogitsAndGreedy(run, FP32, piece);
    }

    private static void checkLogitsAndGreedy(GoldenRun run, ModelOptions options, int piece) {
        int[] prompt = run.prompt();
        try (DecoderModel model = DecoderModel.open(run.target(), options);
                KvArena arena = model.newArena(1, prompt.length + 12)) {
            KvSlot slot = arena.take();
            Eviction none = new Eviction(new FullCache(), prompt.length, 0, false);
            double checksum = 0;
            float[] last = {};
            try (PromptPass pass = PromptPass.start(model, slot, none)) {
                for (int from = 0; from < prompt.length; from += piece) {
                    int to = Math.min(prompt.length, from + piece);
                    pass.feed(Arrays.copyOfRange(prompt, from, to), to == prompt.length, YieldPoint.NONE);
                    for (float[] row : pass.lastLogits(to - from)) {
                        last = row;
                        for (float logit : row) {
                            checksum += Math.abs(logit);
                        }
                    }
                }
            }
            assertThat(last).containsExactly(run.lastLogits(), within(1e-3f));
            assertThat(checksum).isCloseTo(run.checksum(), within(1e-4 * run.checksum()));
            assertThat(greedy(model, slot, last, run.greedy().length)).isEqualTo(run.greedy());
        }
    }

    static int[] greedy(DecoderModel model, KvSlot slot, float[] logits, int tokens) {
        List<Integer> output = new ArrayList<>();
        float[] next = logits;
        for (int i = 0; i < tokens; i++) {
            output.add(argmax(next));
            next = DecodeStep.run(model, List.of(slot), new int[] {argmax(next)})[0];
        }
        return output.stream().mapToInt(Integer::intValue).toArray();
    }

    static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
