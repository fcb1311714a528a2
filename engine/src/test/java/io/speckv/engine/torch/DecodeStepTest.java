package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.PromptTooLongException;
import io.speckv.engine.TokenOutOfVocabularyException;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodeStepTest {
    private static final int STEPS = 12;
    private static final int[] PROMPT_LENGTHS = {150, 31, 90, 17};

    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama-scaled-rope", "qwen2", "qwen3"})
    void batchedTokensEqualTokensDecodedAlone(String pair) {
        checkBatchEqualsAlone(pair, cache("full", Map.of()), false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "ada-snapkv", "pyramidkv"})
    void headsAndLayersOfDifferentLengthsDecodeTogether(String method) {
        Map<String, Object> settings =
                method.equals("full") ? Map.of() : Map.of("max_capacity_prompt", 24, "window_size", 8);
        checkBatchEqualsAlone("qwen2", cache(method, settings), false);
    }

    @Test
    void slotsThatAreNotNeighboursDecodeTogether() {
        checkBatchEqualsAlone("llama", cache("full", Map.of()), true);
    }

    @Test
    void aFullSlotIsRefused() {
        try (DecoderModel model = model("llama");
                KvArena arena = model.newArena(1, 4)) {
            KvSlot slot = arena.take();
            fill(model, slot, cache("full", Map.of()), new int[] {1, 2, 3, 4});
            assertThatThrownBy(() -> DecodeStep.run(model, List.of(slot), new int[] {5}))
                    .isInstanceOf(PromptTooLongException.class)
                    .hasMessageContaining("at most 4")
                    .hasMessageContaining("found 5");
        }
    }

    @Test
    void aTokenOutsideTheVocabularyIsRefused() {
        try (DecoderModel model = model("llama");
                KvArena arena = model.newArena(1, 4)) {
            KvSlot slot = arena.take();
            assertThatThrownBy(() -> DecodeStep.run(model, List.of(slot), new int[] {264}))
                    .isInstanceOf(TokenOutOfVocabularyException.class)
                    .hasMessageContaining("264");
        }
    }

    private static void checkBatchEqualsAlone(String pair, CachePolicy policy, boolean gaps) {
        int[] prompt = GoldenRun.all().stream()
                .filter(run -> run.target().endsWith(pair + "-target"))
                .findFirst()
                .orElseThrow()
                .prompt();
        try (DecoderModel model = model(pair);
                KvArena arena = model.newArena(PROMPT_LENGTHS.length * 2, prompt.length + STEPS)) {
            KvArenaTest.poison(model, arena);
            List<List<Integer>> alone = new ArrayList<>();
            List<KvSlot> slots = new ArrayList<>();
            int[] next = new int[PROMPT_LENGTHS.length];
            for (int i = 0; i < next.length; i++) {
                int[] own = Arrays.copyOf(prompt, Math.min(prompt.length, PROMPT_LENGTHS[i]));
                KvSlot single = arena.take();
                int first = fill(model, single, policy, own);
                alone.add(continueAlone(model, single, first));
                single.release();
                KvSlot slot = arena.take();
                if (gaps) {
                    arena.take();
                }
                next[i] = fill(model, slot, policy, own);
                slots.add(slot);
            }
            assertThat(continueTogether(model, slots, next)).isEqualTo(alone);
        }
    }

    private static List<Integer> continueAlone(DecoderModel model, KvSlot slot, int first) {
        List<Integer> tokens = new ArrayList<>();
        int token = first;
        for (int step = 0; step < STEPS; step++) {
            tokens.add(token);
            token = Greedy.token(DecodeStep.run(model, List.of(slot), new int[] {token})[0]);
        }
        return tokens;
    }

    private static List<List<Integer>> continueTogether(DecoderModel model, List<KvSlot> slots, int[] first) {
        List<List<Integer>> tokens = new ArrayList<>();
        slots.forEach(slot -> tokens.add(new ArrayList<>()));
        int[] next = first;
        for (int step = 0; step < STEPS; step++) {
            for (int i = 0; i < next.length; i++) {
                tokens.get(i).add(next[i]);
            }
            next = Arrays.stream(DecodeStep.run(model, slots, next))
                    .mapToInt(Greedy::token)
                    .toArray();
        }
        return tokens;
    }

    private static int fill(DecoderModel model, KvSlot slot, CachePolicy policy, int[] prompt) {
        try (PromptPass pass = PromptPass.start(model, slot, new Eviction(policy, prompt.length, 0, false))) {
            pass.feed(prompt, true, YieldPoint.NONE);
            return Greedy.token(pass.lastLogits(1)[0]);
        }
    }

    private static CachePolicy cache(String method, Map<String, Object> settings) {
        return Methods.of(method, settings).cache();
    }

    private static DecoderModel model(String pair) {
        return DecoderModel.open(
                GoldenRun.model(pair + "-target"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
    }
}
