package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.CancelledException;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A prompt that is read before its lookahead is known comes to the same end as one read whole. */
class OpenPrefillTest {
    private static final int MOST_LOOKAHEAD = 9;
    private static final int ANSWER = 8;
    private static final DecoderModel MODEL = DecoderModel.open(
            GoldenRun.model("llama-target"),
            ModelOptions.DEFAULTS.withPrecision(Precision.FP32).withRowBlock(48));

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private record Run(Prefilled prefilled, List<Integer> answer, long pairs) {}

    @ParameterizedTest
    @CsvSource({
        "full,0,true",
        "full,5,true",
        "full,5,false",
        "speckv,0,false",
        "speckv,0,true",
        "speckv,7,false",
        "speckv,9,true",
        "ada-speckv,6,false",
        "ada-speckv,4,true",
        "corrected-speckv,0,true",
        "corrected-speckv,6,false",
        "corrected-speckv,9,true",
        "snapkv,0,false",
        "h2o,0,false"
    })
    void endsAsTheWholePromptDoes(String method, int lookahead, boolean verifies) {
        Random random = new Random(method.hashCode() + lookahead);
        try (KvArena arena = MODEL.newArena(1, 400);
                PrefixCache cache = new PrefixCache(MODEL, 1L << 24)) {
            for (int length : new int[] {2, 30, 257, 321}) {
                // Half of the lookahead is what the model says itself, so that some of it is accepted.
                TargetPrompt bare = TargetPrompt.contiguous(
                        random.ints(length, 0, 250).toArray(), policy(method), new int[0], verifies);
                int[] tokens = random.ints(lookahead, 0, 250).toArray();
                List<Integer> said = answer(arena, slot -> whole(slot, bare)).answer;
                for (int i = 0; i < lookahead / 2; i++) {
                    tokens[i] = said.get(i);
                }
                Run expected = answer(arena, slot -> whole(slot, bare.withLookahead(tokens)));

                assertSame(answer(arena, slot -> inPieces(slot, bare, tokens, null)), expected);
                assertSame(answer(arena, slot -> inPieces(slot, bare, tokens, cache)), expected);
                // The second time its beginning is known.
                assertSame(answer(arena, slot -> inPieces(slot, bare, tokens, cache)), expected);
            }
            assertThat(cache.bytesHeld()).isPositive();
        }
    }

    private static void assertSame(Run run, Run expected) {
        assertThat(run.answer).isEqualTo(expected.answer);
        assertThat(run.prefilled.tokens()).isEqualTo(expected.prefilled.tokens());
        assertThat(run.pairs).isEqualTo(expected.pairs);
        assertThat(kept(run)).isEqualTo(kept(expected));
        for (int i = 0; i < expected.prefilled.logits().length; i++) {
            assertThat(run.prefilled.logits()[i])
                    .containsExactly(expected.prefilled.logits()[i], within(1e-4f));
        }
    }

    private static List<String> kept(Run run) {
        return run.prefilled.kept().stream()
                .map(KeptKeys::perHead)
                .map(Arrays::deepToString)
                .toList();
    }

    @Test
    void aSparsePrefillAndATargetThatDraftsCannotBeBegun() {
        int[] prompt = new int[300];
        TargetPrompt sparse = TargetPrompt.contiguous(
                prompt,
                Methods.of(
                                "speckv",
                                Map.of(
                                        "max_capacity_prompt",
                                        90,
                                        "window_size",
                                        8,
                                        "prefill_window_size",
                                        64,
                                        "prefill_vertical_size",
                                        32))
                        .cache(),
                new int[0],
                false);
        TargetPrompt drafts = TargetPrompt.contiguous(prompt, policy("laq++"), new int[0], false);

        assertThat(sparse.canBeginWithoutLookahead(0)).isFalse();
        assertThat(drafts.canBeginWithoutLookahead(0)).isFalse();
        assertThat(TargetPrompt.contiguous(new int[1], new FullCache(), new int[0], true)
                        .canBeginWithoutLookahead(4))
                .isFalse();
        try (KvArena arena = MODEL.newArena(1, 400)) {
            KvSlot slot = arena.take();
            assertThatThrownBy(() -> new TargetPrefill(MODEL).begin(slot, sparse, 0, YieldPoint.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
            slot.release();
        }
    }

    @Test
    void whoIsCancelledOrClosedHoldsNothing() {
        TargetPrompt prompt = TargetPrompt.contiguous(new int[200], policy("speckv"), new int[0], true);
        try (KvArena arena = MODEL.newArena(1, 400);
                PrefixCache cache = new PrefixCache(MODEL, 1L << 24)) {
            TargetPrefill prefill = new TargetPrefill(MODEL, cache);
            KvSlot slot = arena.take();
            int before = MODEL.openScopesAndArrays();
            assertThatThrownBy(() -> prefill.begin(slot, prompt, MOST_LOOKAHEAD, YieldPoint.endingWhen(() -> true)))
                    .isInstanceOf(CancelledException.class);
            assertThat(MODEL.openScopesAndArrays()).isEqualTo(before);
            prefill.begin(slot, prompt, MOST_LOOKAHEAD, YieldPoint.NONE).close();

            assertThat(MODEL.openScopesAndArrays()).isEqualTo(before);
            assertThat(cache.bytesHeld()).isZero();
            slot.release();
        }
    }

    private static CachePolicy policy(String method) {
        Map<String, Object> settings = new HashMap<>();
        if (!method.equals("full")) {
            settings.put("max_capacity_prompt", 90);
        }
        if (!method.equals("full") && !method.equals("h2o")) {
            settings.put("window_size", 8);
        }
        return Methods.of(method, settings).cache();
    }

    private static Prefilled whole(KvSlot slot, TargetPrompt prompt) {
        return new TargetPrefill(MODEL).run(slot, prompt, OpenPrefillTest::greedy, YieldPoint.NONE);
    }

    private static Prefilled inPieces(KvSlot slot, TargetPrompt prompt, int[] lookahead, @Nullable PrefixCache cache) {
        try (OpenPrefill open = new TargetPrefill(MODEL, cache).begin(slot, prompt, MOST_LOOKAHEAD, YieldPoint.NONE)) {
            return open.finish(lookahead, OpenPrefillTest::greedy, YieldPoint.NONE);
        }
    }

    private static int greedy(float[] logits, int[] generated) {
        return Greedy.token(logits);
    }

    private interface Prefilling {
        Prefilled into(KvSlot slot);
    }

    private static Run answer(KvArena arena, Prefilling prefilling) {
        KvSlot slot = arena.take();
        try {
            Prefilled prefilled = prefilling.into(slot);
            long pairs = slot.pairs();
            List<Integer> answer = new ArrayList<>();
            Arrays.stream(prefilled.tokens()).forEach(answer::add);
            while (answer.size() < ANSWER) {
                int last = answer.get(answer.size() - 1);
                answer.add(Greedy.token(DecodeStep.run(MODEL, List.of(slot), new int[] {last})[0]));
            }
            return new Run(prefilled, answer, pairs);
        } finally {
            slot.release();
        }
    }
}
