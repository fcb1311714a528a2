package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.method.Methods;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SpecKV with lookahead that is right, wrong or missing: {@link LookaheadQueries} begins anew, goes on, or has no part in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorrectedSpecKvTest {
    private static final int PROMPT = 150;
    private static final int ANSWER = 14;
    private static final int VOCABULARY = 250;
    private static final Map<String, Object> BUDGET =
            Map.of("max_capacity_prompt", 40, "kernel_size", 3, "pool_type", "max");

    private final DecoderModel model =
            DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));

    @AfterAll
    void close() {
        model.close();
    }

    /** What a prefill came to. */
    private record Run(int[] firstTokens, List<KeptKeys> kept, long pairs, int nextPosition, int[] answer) {
        String choice() {
            return String.join(
                    "\n",
                    kept.stream()
                            .map(keys -> Arrays.deepToString(keys.perHead()))
                            .toList());
        }
    }

    private static CachePolicy policy(String method, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(BUDGET);
        settings.putAll(more);
        return Methods.of(method, settings).cache();
    }

    private static CachePolicy corrected() {
        return policy("corrected-speckv", Map.of("window_size", 12));
    }

    private static CachePolicy specKv() {
        return policy("speckv", Map.of("window_size", 12));
    }

    private static CachePolicy laq() {
        return policy("laq++", Map.of());
    }

    private static int[] prompt(int seed) {
        return new Random(seed).ints(PROMPT, 0, VOCABULARY).toArray();
    }

    private Run run(CachePolicy policy, int[] prompt, int[] lookahead, boolean verifies) {
        TargetPrompt read = TargetPrompt.contiguous(prompt, policy, lookahead, verifies);
        int capacity = TargetPrompt.slotTokens(policy, prompt.length, model.shape(), lookahead.length, ANSWER);
        try (KvArena arena = model.newArena(1, Math.max(capacity, read.slotTokens(prompt.length) + ANSWER))) {
            KvSlot slot = arena.take();
            Prefilled prefilled =
                    new TargetPrefill(model).run(slot, read, CorrectedSpecKvTest::greedy, YieldPoint.NONE);
            long pairs = slot.pairs();
            int next = slot.nextPosition();
            int[] answer = Arrays.copyOf(prefilled.tokens(), Math.max(ANSWER, prefilled.tokens().length));
            for (int i = prefilled.tokens().length; i < answer.length; i++) {
                answer[i] = Greedy.token(DecodeStep.run(model, List.of(slot), new int[] {answer[i - 1]})[0]);
            }
            return new Run(prefilled.tokens(), prefilled.kept(), pairs, next, answer);
        }
    }

    private static int greedy(float[] logits, int[] generated) {
        return Greedy.token(logits);
    }

    /** What the model says over its full cache. */
    private int[] said(int[] prompt) {
        return run(Methods.of("full", Map.of()).cache(), prompt, new int[0], false).answer;
    }

    /** The first {@code right} tokens as they should be, and no token after them. */
    private static int[] lookahead(int[] said, int right, int length) {
        int[] lookahead = Arrays.copyOf(said, length);
        for (int i = right; i < length; i++) {
            lookahead[i] = (said[i] + 1 + i) % VOCABULARY;
        }
        return lookahead;
    }

    private static void assertSame(Run run, Run expected) {
        assertThat(run.choice()).isEqualTo(expected.choice());
        assertThat(run.firstTokens).isEqualTo(expected.firstTokens);
        assertThat(run.pairs).isEqualTo(expected.pairs);
        assertThat(run.nextPosition).isEqualTo(expected.nextPosition);
        assertThat(run.answer).isEqualTo(expected.answer);
    }

    @ParameterizedTest
    @CsvSource({"1,3,true", "2,8,false", "3,12,true", "4,12,false"})
    void withLookaheadThatIsRightItIsSpecKv(int seed, int tokens, boolean verifies) {
        int[] prompt = prompt(seed);
        int[] right = lookahead(said(prompt), tokens, tokens);

        assertSame(run(corrected(), prompt, right, verifies), run(specKv(), prompt, right, verifies));
    }

    @ParameterizedTest
    @CsvSource({"1,true", "2,false"})
    void lookaheadThatIsRightForLongEnoughIsTrusted(int seed, boolean verifies) {
        int[] prompt = prompt(seed);
        int[] rightAtFirst = lookahead(said(prompt), 8, 12);

        assertSame(run(corrected(), prompt, rightAtFirst, verifies), run(specKv(), prompt, rightAtFirst, verifies));
    }

    @ParameterizedTest
    @CsvSource({"1,0,true", "2,0,false", "3,1,true", "4,12,true", "5,12,false"})
    void withoutLookaheadOrWithAWrongOneItIsLaqPlusPlus(int seed, int tokens, boolean verifies) {
        int[] prompt = prompt(seed);
        int[] wrong = lookahead(said(prompt), 0, tokens);

        assertSame(run(corrected(), prompt, wrong, verifies), run(laq(), prompt, new int[0], verifies));
    }

    @Test
    void aPromptForWhichSpecKvsPrefillIsSparseIsReadDenselyAsLaqPlusPlusReadsIt() {
        int[] prompt = new Random(6).ints(4200, 0, VOCABULARY).toArray();
        int[] wrong = lookahead(said(prompt), 0, 12);
        Run run = run(corrected(), prompt, wrong, true);

        assertSame(run, run(laq(), prompt, new int[0], true));
    }

    @Test
    void tellsWhatIsRightOfTheLookaheadWhateverTheSamplerChooses() {
        int[] prompt = prompt(7);
        int[] said = said(prompt);
        for (String method : List.of("speckv", "corrected-speckv", "full")) {
            CachePolicy policy = method.equals("full")
                    ? Methods.of(method, Map.of()).cache()
                    : policy(method, Map.of("window_size", 12));
            TokenChoice neverGreedy = (logits, generated) -> (greedy(logits, generated) + 1) % VOCABULARY;

            Prefilled drawn = prefilled(policy, prompt, lookahead(said, 9, 12), true, neverGreedy);
            assertThat(drawn.acceptedLookahead()).as(method).isZero();
            assertThat(drawn.rightLookahead()).as(method).isEqualTo(9);
            assertThat(prefilled(policy, prompt, lookahead(said, 3, 12), true, neverGreedy)
                            .rightLookahead())
                    .as(method)
                    .isEqualTo(3);
        }
    }

    private Prefilled prefilled(
            CachePolicy policy, int[] prompt, int[] lookahead, boolean verifies, TokenChoice choice) {
        TargetPrompt read = TargetPrompt.contiguous(prompt, policy, lookahead, verifies);
        try (KvArena arena = model.newArena(1, read.slotTokens(PROMPT) + ANSWER)) {
            return new TargetPrefill(model).run(arena.take(), read, choice, YieldPoint.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7})
    void whereLookaheadIsWrongEarlyWhatIsRightOfItStaysAndTheTargetGoesOn(int right) {
        int[] prompt = prompt(right);
        int[] said = said(prompt);
        Run verified = run(corrected(), prompt, lookahead(said, right, 12), true);
        Run decodedAgain = run(corrected(), prompt, lookahead(said, right, 12), false);
        Run otherEnd = run(corrected(), prompt, lookahead(said, right, 9), true);

        assertThat(verified.firstTokens).isEqualTo(Arrays.copyOf(said, right + 1));
        assertThat(verified.nextPosition).isEqualTo(PROMPT + right);
        assertThat(decodedAgain.firstTokens).isEqualTo(Arrays.copyOf(said, 1));
        assertThat(decodedAgain.nextPosition).isEqualTo(PROMPT);
        // What is wrong has no say, and verifying changes nothing of the choice.
        assertThat(verified.choice()).isEqualTo(otherEnd.choice()).isEqualTo(decodedAgain.choice());
        int heads = model.shape().layers() * model.shape().kvHeads();
        assertThat(decodedAgain.pairs).isEqualTo(40L * heads);
        assertThat(verified.pairs).isEqualTo((40L + right) * heads);
    }

    @Test
    void protectedTokensStayWhicheverChooses() {
        int[] prompt = prompt(9);
        int[] said = said(prompt);
        ProtectedTokens tokens = ProtectedTokens.of(3, 4, 5);
        for (int right : new int[] {0, 3, 12}) {
            Run run = run(corrected().protecting(tokens), prompt, lookahead(said, right, 12), true);
            for (KeptKeys layer : run.kept) {
                for (int[] head : layer.perHead()) {
                    assertThat(head).as("%d right", right).contains(3, 4, 5);
                }
            }
        }
    }
}
