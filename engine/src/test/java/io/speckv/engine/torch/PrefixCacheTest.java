package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CancelledException;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.DraftReader;
import io.speckv.engine.generate.DraftReading;
import io.speckv.engine.generate.Prefilled;
import io.speckv.engine.generate.TargetPrefill;
import io.speckv.engine.generate.TargetPrompt;
import io.speckv.engine.sampling.Greedy;
import io.speckv.selection.Reduction;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Methods;
import io.speckv.selection.prompt.AttentionScoring;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is reused changes no result, what failed is never reused, and memory stays bounded. */
class PrefixCacheTest {
    private static final int BLOCK = PrefixCache.BLOCK_TOKENS;
    private static final int ANSWER = 10;
    private static final long AMPLE = 64L << 20;

    private static final DecoderModel MODEL = DecoderModel.open(
            GoldenRun.model("llama-target"),
            ModelOptions.DEFAULTS.withPrecision(Precision.FP32).withRowBlock(48));

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private static CachePolicy policy(String method, boolean sparse) {
        Map<String, Object> settings = new HashMap<>();
        if (!method.equals("full")) {
            settings.put("max_capacity_prompt", 90);
        }
        if (Set.of("snapkv", "pyramidkv", "ada-snapkv", "laq++", "speckv", "ada-speckv", "corrected-speckv")
                .contains(method)) {
            settings.put("window_size", 8);
        }
        if (sparse) {
            settings.put("prefill_window_size", 64);
            settings.put("prefill_vertical_size", 32);
        }
        return Methods.of(method, settings).cache();
    }

    @ParameterizedTest
    @CsvSource({
        "full,true",
        "snapkv,true",
        "pyramidkv,true",
        "ada-snapkv,true",
        "tova,true",
        "streaming,true",
        "laq++,true",
        "speckv,true",
        "ada-speckv,true",
        "corrected-speckv,true",
        "h2o,false"
    })
    void aPromptThatSharesItsBeginningIsAnsweredAsIfItWereAlone(String method, boolean reuses) {
        Random random = new Random(method.hashCode());
        try (PrefixCache cache = new PrefixCache(MODEL, AMPLE);
                KvArena arena = MODEL.newArena(1, 600)) {
            TargetPrefill alone = new TargetPrefill(MODEL);
            TargetPrefill sharing = new TargetPrefill(MODEL, cache);
            int reused = 0;
            int[] beginning = tokens(random, 300);
            for (int i = 0; i < 5; i++) {
                int split = i < 2 ? beginning.length : random.nextInt(beginning.length + 1);
                int[] prompt = Arrays.copyOf(beginning, split + 1 + random.nextInt(200));
                int[] rest = tokens(random, prompt.length - split);
                System.arraycopy(rest, 0, prompt, split, rest.length);
                TargetPrompt request = TargetPrompt.contiguous(
                        prompt, policy(method, false), tokens(random, random.nextInt(7)), random.nextBoolean());
                Run expected = answer(alone, arena, request);
                Run found = answer(sharing, arena, request);

                assertThat(found.tokens).as("split at %d", split).isEqualTo(expected.tokens);
                assertThat(found.pairs).isEqualTo(expected.pairs);
                assertThat(found.reused).isLessThanOrEqualTo(split);
                assertThat(expected.reused).isZero();
                assertThat(cache.isLeased()).isFalse();
                reused += found.reused;
            }
            assertThat(reused > 0).as("%d tokens reused", reused).isEqualTo(reuses);
        }
    }

    @Test
    void sparsePrefillsNeitherReuseNorAdd() {
        try (PrefixCache cache = new PrefixCache(MODEL, AMPLE);
                KvArena arena = MODEL.newArena(1, 600)) {
            TargetPrefill sharing = new TargetPrefill(MODEL, cache);
            TargetPrompt request =
                    TargetPrompt.contiguous(tokens(new Random(2), 400), policy("speckv", true), new int[0], false);
            answer(sharing, arena, request);

            assertThat(answer(sharing, arena, request).reused).isZero();
            assertThat(cache.bytesHeld()).isZero();
        }
    }

    @Test
    void tokensAtOtherPositionsShareNothing() {
        try (PrefixCache cache = new PrefixCache(MODEL, AMPLE);
                KvArena arena = MODEL.newArena(1, 600)) {
            int[] prompt = tokens(new Random(3), 200);
            int[] positions = new int[200];
            Arrays.setAll(positions, i -> 2 * i);
            TargetPrefill sharing = new TargetPrefill(MODEL, cache);
            answer(sharing, arena, TargetPrompt.contiguous(prompt, policy("full", false), new int[0], false));
            TargetPrompt spread = new TargetPrompt(prompt, positions, 400, policy("full", false), new int[0], false);

            assertThat(answer(sharing, arena, spread).reused).isZero();
        }
    }

    @Test
    void aPromptThatIsCancelledAddsNothing() {
        try (PrefixCache cache = new PrefixCache(MODEL, AMPLE);
                KvArena arena = MODEL.newArena(1, 600)) {
            TargetPrompt request =
                    TargetPrompt.contiguous(tokens(new Random(4), 300), policy("full", false), new int[0], false);
            for (int blocks = 0; blocks < 40; blocks += 3) {
                int[] left = {blocks};
                KvSlot slot = arena.take();
                assertThatThrownBy(() -> new TargetPrefill(MODEL, cache)
                                .run(slot, request, (logits, said) -> 1, YieldPoint.endingWhen(() -> left[0]-- == 0)))
                        .isInstanceOf(CancelledException.class);
                slot.release();
                assertThat(cache.bytesHeld()).isZero();
                assertThat(cache.isLeased()).isFalse();
            }
        }
    }

    @Test
    void theLeafUsedLongestAgoMakesRoom() {
        long block = BLOCK * MODEL.kvBytesPerToken();
        try (PrefixCache cache = new PrefixCache(MODEL, 3 * block + 1);
                KvArena arena = MODEL.newArena(1, 600)) {
            TargetPrefill sharing = new TargetPrefill(MODEL, cache);
            int[] first = tokens(new Random(5), 2 * BLOCK + 1);
            int[] second = tokens(new Random(6), BLOCK + 1);
            int[] third = tokens(new Random(7), BLOCK + 1);
            assertThat(reused(sharing, arena, first)).isZero();
            assertThat(reused(sharing, arena, second)).isZero();
            assertThat(cache.bytesHeld()).isEqualTo(3 * block);
            assertThat(reused(sharing, arena, first)).isEqualTo(2 * BLOCK);
            assertThat(reused(sharing, arena, third)).isZero();

            assertThat(cache.bytesHeld()).isEqualTo(3 * block);
            assertThat(reused(sharing, arena, first)).isEqualTo(2 * BLOCK);
            assertThat(reused(sharing, arena, third)).isEqualTo(BLOCK);
            int[] longer = tokens(new Random(8), 7 * BLOCK);
            assertThat(reused(sharing, arena, longer)).isZero();
            assertThat(reused(sharing, arena, longer))
                    .as("as much of it as fits")
                    .isEqualTo(3 * BLOCK);
            assertThat(cache.bytesHeld()).isEqualTo(3 * block);
        }
    }

    @Test
    void aDraftScoresAndDraftsTheSame() {
        Random random = new Random(9);
        AttentionScoring scoring =
                new AttentionScoring(16, true, 0, Reduction.MAX, Reduction.MAX, Reduction.MAX, false, 3, 1);
        try (PrefixCache cache = new PrefixCache(MODEL, AMPLE);
                KvArena arena = MODEL.newArena(1, 600)) {
            int[] prompt = tokens(random, 330);
            int reused = 0;
            for (int i = 0; i < 4; i++) {
                int split = random.nextInt(prompt.length);
                int[] next = Arrays.copyOf(prompt, prompt.length - random.nextInt(40));
                for (int j = split; j < next.length; j++) {
                    next[j] = random.nextInt(250);
                }
                DraftReading expected = read(new DraftReader(MODEL, arena), next, i == 0 ? null : scoring);
                DraftReading found = read(new DraftReader(MODEL, arena, cache), next, i == 0 ? null : scoring);

                assertThat(found.lookahead()).isEqualTo(expected.lookahead());
                assertThat(found.scores()).hasSameSizeAs(expected.scores());
                for (int j = 0; j < found.scores().length; j++) {
                    assertThat(found.scores()[j])
                            .isCloseTo(expected.scores()[j], org.assertj.core.data.Offset.offset(1e-5f));
                }
                reused += found.reusedTokens();
                prompt = next;
            }
            assertThat(reused).isPositive();
        }
    }

    private static DraftReading read(DraftReader reader, int[] prompt, @Nullable AttentionScoring scoring) {
        return reader.read(prompt, scoring, 5, Set.of(), YieldPoint.NONE, token -> {}, scores -> {});
    }

    private static int reused(TargetPrefill prefill, KvArena arena, int[] prompt) {
        return answer(prefill, arena, TargetPrompt.contiguous(prompt, policy("full", false), new int[0], false)).reused;
    }

    private record Run(List<Integer> tokens, long pairs, int reused) {}

    private static Run answer(TargetPrefill prefill, KvArena arena, TargetPrompt prompt) {
        KvSlot slot = arena.take();
        try {
            Prefilled prefilled =
                    prefill.run(slot, prompt, (logits, generated) -> Greedy.token(logits), YieldPoint.NONE);
            long pairs = slot.pairs();
            List<Integer> answer = new java.util.ArrayList<>(
                    Arrays.stream(prefilled.tokens()).boxed().toList());
            while (answer.size() < ANSWER) {
                answer.add(Greedy.token(
                        DecodeStep.run(MODEL, List.of(slot), new int[] {answer.get(answer.size() - 1)})[0]));
            }
            return new Run(answer, pairs, prefilled.reusedTokens());
        } finally {
            slot.release();
        }
    }

    private static int[] tokens(Random random, int count) {
        return random.ints(count, 0, 250).toArray();
    }
}
