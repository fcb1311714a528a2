package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.PromptTooLongException;
import io.speckv.engine.YieldPoint;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens fed in chunks bring what tokens fed one by one bring. */
class ChunkStepTest {
    private static final int[] PROMPT_LENGTHS = {150, 31, 90, 17};
    private static final int[][] CHUNK_LENGTHS = {{5, 1, 3}, {1, 1, 7}, {2, 9, 1}, {4, 4, 1}};

    @ParameterizedTest
    @CsvSource({"llama,full", "qwen2,full", "qwen2,ada-snapkv", "qwen2,pyramidkv", "qwen3,ada-snapkv"})
    void chunksOfSeveralSequencesEqualTokensFedAlone(String pair, String method) {
        CachePolicy policy = policy(method);
        Random random = new Random(5);
        try (DecoderModel model = model(pair);
                KvArena arena = model.newArena(2 * PROMPT_LENGTHS.length, 200)) {
            List<KvSlot> slots = new ArrayList<>();
            List<KvSlot> singles = new ArrayList<>();
            for (int length : PROMPT_LENGTHS) {
                int[] prompt = random.ints(length, 0, 250).toArray();
                KvSlot single = arena.take();
                fill(model, single, policy, prompt);
                singles.add(single);
                KvSlot slot = arena.take();
                fill(model, slot, policy, prompt);
                slots.add(slot);
            }
            for (int step = 0; step < CHUNK_LENGTHS[0].length; step++) {
                int[][] chunks = new int[slots.size()][];
                for (int i = 0; i < chunks.length; i++) {
                    chunks[i] = random.ints(CHUNK_LENGTHS[i][step], 0, 250).toArray();
                }
                float[][][] logits = ChunkStep.run(model, slots, chunks);
                for (int i = 0; i < chunks.length; i++) {
                    assertSame(logits[i], alone(model, singles.get(i), chunks[i]));
                    assertThat(slots.get(i).pairs()).isEqualTo(singles.get(i).pairs());
                    assertThat(slots.get(i).nextPosition())
                            .isEqualTo(singles.get(i).nextPosition());
                }
            }
        }
    }

    private static void assertSame(float[][] logits, float[][] expected) {
        assertThat(logits).hasDimensions(expected.length, expected[0].length);
        for (int token = 0; token < expected.length; token++) {
            assertThat(logits[token]).containsExactly(expected[token], within(1e-4f));
        }
    }

    private static float[][] alone(DecoderModel model, KvSlot slot, int[] tokens) {
        float[][] logits = new float[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            logits[i] = DecodeStep.run(model, List.of(slot), new int[] {tokens[i]})[0];
        }
        return logits;
    }

    @Test
    void whatIsDroppedLeavesNoTrace() {
        try (DecoderModel model = model("llama");
                KvArena arena = model.newArena(2, 100)) {
            int[] prompt = new Random(3).ints(40, 0, 250).toArray();
            KvSlot slot = arena.take();
            KvSlot untouched = arena.take();
            fill(model, slot, policy("ada-snapkv"), prompt);
            fill(model, untouched, policy("ada-snapkv"), prompt);
            var unused = ChunkStep.run(model, List.of(slot), new int[][] {{1, 2, 3, 4, 5, 6}});
            slot.dropLast(6);

            int[][] chunk = {{9, 8, 7}};
            assertSame(
                    ChunkStep.run(model, List.of(slot), chunk)[0], ChunkStep.run(model, List.of(untouched), chunk)[0]);
        }
    }

    @Test
    void aChunkThatDoesNotFitIsRefusedBeforeAnythingIsFed() {
        try (DecoderModel model = model("llama");
                KvArena arena = model.newArena(1, 6)) {
            KvSlot slot = arena.take();
            fill(model, slot, policy("full"), new int[] {1, 2, 3, 4});

            assertThatThrownBy(() -> ChunkStep.run(model, List.of(slot), new int[][] {{5, 6, 7}}))
                    .isInstanceOf(PromptTooLongException.class)
                    .hasMessageContaining("at most 6")
                    .hasMessageContaining("found 7");
            assertThatThrownBy(() -> ChunkStep.run(model, List.of(slot), new int[][] {{}}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(slot.longest()).isEqualTo(4);
        }
    }

    private static void fill(DecoderModel model, KvSlot slot, CachePolicy policy, int[] prompt) {
        try (PromptPass pass = PromptPass.start(model, slot, new Eviction(policy, prompt.length, 0, false))) {
            pass.feed(prompt, true, YieldPoint.NONE);
        }
    }

    private static CachePolicy policy(String method) {
        return Methods.of(
                        method, method.equals("full") ? Map.of() : Map.of("max_capacity_prompt", 24, "window_size", 8))
                .cache();
    }

    private static DecoderModel model(String pair) {
        return DecoderModel.open(
                GoldenRun.model(pair + "-target"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
    }
}
