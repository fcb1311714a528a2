package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CascadeTest {
    private static final int NEW_TOKENS = 12;
    private static final GoldenRun RUN = GoldenRun.all().get(0);
    /** Longer than any default budget. */
    private static final int LONG_PROMPT = 1_000_000;

    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    private final DecoderModel target = DecoderModel.open(RUN.target(), FP32);
    private final DecoderModel draft = DecoderModel.open(RUN.draft(), FP32);

    @AfterAll
    void close() {
        target.close();
        draft.close();
    }

    /** Every method that evicts and nothing else, with a small budget. */
    static Stream<Method> evictingMethods() {
        return Methods.names().stream()
                .filter(name -> Methods.of(name, Map.of()).cache().compresses(LONG_PROMPT))
                .filter(name -> !Methods.of(name, Map.of()).prompt().compresses(LONG_PROMPT))
                .map(name -> Methods.of(name, small(name)));
    }

    private static Map<String, Object> small(String name) {
        Map<String, Object> small =
                new HashMap<>(Map.of("max_capacity_prompt", 40, "window_size", 8, "kernel_size", 3));
        small.keySet().removeIf(key -> !Methods.has(name, Map.of(), key));
        return small;
    }

    @ParameterizedTest
    @MethodSource("io.speckv.selection.method.Methods#names")
    void aBudgetAboveThePromptGivesTheFullAnswer(String name) {
        Cascade.Result result = run(Methods.of(name, unlimited(name)));
        assertThat(result.output()).isEqualTo(RUN.greedy());
        assertThat(result.kvBytes().kept()).isEqualTo(result.kvBytes().full());
    }

    private static Map<String, Object> unlimited(String name) {
        return switch (name) {
            case "specprefill" -> Map.of("keep_rate", 1.0);
            default -> Map.of();
        };
    }

    @ParameterizedTest
    @MethodSource("evictingMethods")
    void evictionKeepsWhatItsBudgetPromises(Method method) {
        Cascade.Result result = run(method);
        int layersTimesHeads = target.shape().layers() * target.shape().kvHeads();
        long perPair = result.kvBytes().full() / ((long) RUN.prompt().length * layersTimesHeads);
        assertThat(result.output()).hasSize(NEW_TOKENS);
        assertThat(result.keptKeys()).hasSize(target.shape().layers());
        long average = result.kvBytes().kept() / perPair / layersTimesHeads;
        assertThat(average).isBetween(38L, 41L + result.acceptedLookahead());
    }

    @Test
    void theTokenThatEndsTheAnswerIsNoPartOfIt() {
        int end = RUN.greedy()[3];
        int before = 0;
        while (RUN.greedy()[before] != end) {
            before++;
        }
        List<Integer> told = new ArrayList<>();
        Cascade.Result result = new Cascade(target, draft)
                .run(
                        Cascade.Request.of(RUN.prompt(), Methods.of("full", Map.of()), NEW_TOKENS, Set.of(end)),
                        (logits, generated) -> Greedy.token(logits),
                        told::add,
                        YieldPoint.NONE);
        assertThat(result.output()).isEqualTo(Arrays.copyOf(RUN.greedy(), before));
        assertThat(told).hasSize(before);
    }

    @Test
    void anAnswerEndsWithTheTokenAfterWhichNoMoreIsWanted() {
        Cascade.Result result = new Cascade(target, draft)
                .run(
                        Cascade.Request.of(RUN.prompt(), Methods.of("full", Map.of()), NEW_TOKENS, Set.of()),
                        (logits, generated) -> Greedy.token(logits),
                        token -> token != RUN.greedy()[1],
                        YieldPoint.NONE);
        assertThat(result.output()).endsWith(RUN.greedy()[1]).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aMethodThatNeedsADraftSaysSoWhenThereIsNone() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 64, "window_size", 16, "kernel_size", 4));
        Cascade alone = new Cascade(target, null);
        Cascade.Request request = Cascade.Request.of(RUN.prompt(), method, NEW_TOKENS, Set.of());
        assertThatThrownBy(() ->
                        alone.run(request, (logits, generated) -> Greedy.token(logits), token -> true, YieldPoint.NONE))
                .hasMessageContaining("specpc needs a draft model");
    }

    /** 182 prompt tokens, which a first stage of 200 keeps whole: what is left of the cascade is its second stage. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPromptThatTheFirstStageKeepsWholeIsEvictedWithTheFirstStagesLookahead(boolean verifies) {
        Map<String, Object> kv = Map.of("max_capacity_prompt", 40, "window_size", 8, "kernel_size", 3);
        Map<String, Object> pc = Map.of("max_capacity_prompt", 200, "window_size", 8, "lookahead_tokens", 6);
        Cascade.Result cascade =
                run(Methods.of("speckv-pc", Map.of("specpc", pc, "speckv", kv, "verify_lookahead", verifies)));
        Cascade.Result second =
                run(Methods.of("speckv", Map.of("speckv", kv, "lookahead_tokens", 6, "verify_lookahead", verifies)));

        assertThat(cascade.kept()).hasSize(RUN.prompt().length);
        assertThat(cascade.lookahead()).isEqualTo(second.lookahead()).hasSize(6);
        assertThat(positions(cascade)).isDeepEqualTo(positions(second));
        assertThat(cascade.output()).isEqualTo(second.output());
    }

    private static int[][][] positions(Cascade.Result result) {
        return result.keptKeys().stream().map(KeptKeys::selected).toArray(int[][][]::new);
    }

    @Test
    void ngramsOfThePromptGuessTheLookaheadWithoutADraft() {
        int[] prompt = IntStream.range(0, 120).map(i -> 40 + i % 50).toArray();
        Method method = Methods.of(
                "speckv", Map.of("max_capacity_prompt", 40, "window_size", 8, "kernel_size", 3, "lookahead_tokens", 6));
        Cascade.Request request = Cascade.Request.of(prompt, method, NEW_TOKENS, Set.of());
        Cascade.Result result = Cascade.withNgrams(target, null)
                .run(request, (logits, generated) -> Greedy.token(logits), token -> true, YieldPoint.NONE);

        assertThat(result.lookahead()).containsExactly(60, 61, 62, 63, 64, 65);
        assertThat(result.output()).hasSize(NEW_TOKENS);
        assertThat(result.kvBytes().kept()).isLessThan(result.kvBytes().full());
    }

    @Test
    void ngramsDoNotScore() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 64, "window_size", 16, "kernel_size", 4));
        Cascade.Request request = Cascade.Request.of(RUN.prompt(), method, NEW_TOKENS, Set.of());
        assertThatThrownBy(() -> Cascade.withNgrams(target, null)
                        .run(request, (logits, generated) -> Greedy.token(logits), token -> true, YieldPoint.NONE))
                .hasMessageContaining("specpc needs a draft model");
    }

    @Test
    void aClassifiersScoresSelectTheTokensOfEachChunk() {
        int n = RUN.prompt().length;
        Method method = Methods.of("llmlingua2", Map.of("max_capacity_prompt", n / 2, "chunk_size", n));
        Cascade.Result result = run(method);
        assertThat(result.scores()).containsExactly(classified(RUN.prompt()));
        assertThat(result.kept()).containsExactly(IntStream.range(n - n / 2, n).toArray());
        assertThat(result.stages().byStage().get("draft.prefill")).isPositive();
    }

    @Test
    void aMethodThatNeedsAClassifierSaysSoWhenThereIsNone() {
        Method method = Methods.of("llmlingua2", Map.of("max_capacity_prompt", 8));
        Cascade.Request request = Cascade.Request.of(RUN.prompt(), method, NEW_TOKENS, Set.of());
        assertThatThrownBy(() -> new Cascade(target, draft)
                        .run(request, (logits, generated) -> Greedy.token(logits), token -> true, YieldPoint.NONE))
                .hasMessageContaining("llmlingua2 needs a token classifier");
    }

    /** Later tokens are worth more. */
    private static float[] classified(int[] prompt) {
        float[] scores = new float[prompt.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) i / scores.length;
        }
        return scores;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 12})
    void verifiedLookaheadIsAcceptedAsFarAsTheTargetAgrees(int right) {
        int[] lookahead = Arrays.copyOf(RUN.greedy(), NEW_TOKENS);
        if (right < lookahead.length) {
            lookahead[right] = (lookahead[right] + 1) % 256;
        }
        Prefilled prefilled = prefill(lookahead, (logits, generated) -> Greedy.token(logits));
        assertThat(prefilled.acceptedLookahead()).isEqualTo(right);
        assertThat(Arrays.copyOf(prefilled.tokens(), Math.min(right + 1, NEW_TOKENS)))
                .isEqualTo(Arrays.copyOf(RUN.greedy(), Math.min(right + 1, NEW_TOKENS)));
    }

    @Test
    void verificationDoesNotChangeASampledAnswer() {
        SamplingSettings settings =
                new SamplingSettings(1.0, 0, 1.0, 0.0, 1.0, 0.0, 0.0, 7L, NEW_TOKENS, List.of(), Set.of(), true, -1);
        Sampler sampler = new Sampler(settings, 0, RUN.prompt(), Set.of());
        int[] sampled = full(sampler::choose);
        int[] lookahead = sampled.clone();
        lookahead[4] = (lookahead[4] + 1) % 256;
        Prefilled prefilled = prefill(lookahead, sampler::choose);
        assertThat(prefilled.tokens()).isEqualTo(Arrays.copyOf(sampled, 5));
    }

    @Test
    void acceptedLookaheadStaysInTheEvictedCache() {
        Method method = Methods.of("speckv", Map.of("max_capacity_prompt", 40, "window_size", 8, "kernel_size", 3));
        int[] lookahead = Arrays.copyOf(RUN.greedy(), 6);
        TargetPrompt prompt = TargetPrompt.contiguous(RUN.prompt(), method.cache(), lookahead, true);
        try (KvArena arena = target.newArena(1, prompt.slotTokens(41) + NEW_TOKENS)) {
            KvSlot slot = arena.take();
            Prefilled prefilled = new TargetPrefill(target)
                    .run(slot, prompt, (logits, generated) -> Greedy.token(logits), YieldPoint.NONE);
            assertThat(prefilled.acceptedLookahead()).isEqualTo(6);
            assertThat(slot.longest()).isEqualTo(40 + 1 + 6);
            assertThat(slot.nextPosition()).isEqualTo(RUN.prompt().length + 6);
        }
    }

    private Cascade.Result run(Method method) {
        Cascade.Request request = Cascade.Request.of(RUN.prompt(), method, NEW_TOKENS, Set.of());
        return new Cascade(target, draft, (prompt, yieldPoint) -> classified(prompt))
                .run(request, (logits, generated) -> Greedy.token(logits), token -> true, YieldPoint.NONE);
    }

    private int[] full(TokenChoice choice) {
        Cascade.Request request = Cascade.Request.of(RUN.prompt(), Methods.of("full", Map.of()), NEW_TOKENS, Set.of());
        return new Cascade(target, draft)
                .run(request, choice, token -> true, YieldPoint.NONE)
                .output();
    }

    private Prefilled prefill(int[] lookahead, TokenChoice choice) {
        TargetPrompt prompt = TargetPrompt.contiguous(RUN.prompt(), new FullCache(), lookahead, true);
        try (KvArena arena = target.newArena(1, prompt.slotTokens(RUN.prompt().length) + NEW_TOKENS)) {
            return new TargetPrefill(target).run(arena.take(), prompt, choice, YieldPoint.NONE);
        }
    }
}
