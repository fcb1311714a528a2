package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.DeviceSampler;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An answer is the same whatever was drafted for it, right or wrong. */
class DecodingSequenceTest {
    private static final int NEW_TOKENS = 24;
    private static final DecoderModel MODEL =
            DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));

    private static final DeviceSampler SAMPLER = DeviceSampler.of(MODEL);

    @AfterAll
    static void close() {
        SAMPLER.close();
        MODEL.close();
    }

    @ParameterizedTest
    @CsvSource({
        "full,0,false",
        "full,0,true",
        "snapkv,0,false",
        "ada-snapkv,0,false",
        "full,0.9,false",
        "full,0.9,true",
        "ada-snapkv,1.2,false",
        "ada-snapkv,1.2,true"
    })
    void neitherDraftedTokensNorThePlaceOfTheChoiceChangeAnAnswer(String method, float temperature, boolean onDevice) {
        Random random = new Random(method.hashCode());
        int[] prompt = random.ints(60, 0, 250).toArray();
        try (KvArena arena = MODEL.newArena(3, 60 + NEW_TOKENS)) {
            List<Sequence> alone = List.of(new Sequence(arena, method, prompt, temperature, random));
            alone.get(0).wrongShare = 1;
            int plainSteps = run(alone, null);
            int[] expected = alone.get(0).answer.tokens();
            alone.get(0).slot.release();

            List<Sequence> together = IntStream.range(0, 3)
                    .mapToObj(i -> new Sequence(arena, method, prompt, temperature, random))
                    .toList();
            for (int i = 0; i < 3; i++) {
                together.get(i).truth = expected;
                together.get(i).wrongShare = i / 3.;
            }
            int steps = run(together, onDevice ? SAMPLER : null);

            assertThat(together)
                    .allSatisfy(one -> assertThat(one.answer.tokens()).isEqualTo(expected));
            assertThat(together.get(0).accepted).isGreaterThan(NEW_TOKENS / 2);
            assertThat(together.get(2).accepted).isBetween(1, together.get(0).accepted);
            assertThat(steps).isLessThan(plainSteps);
        }
    }

    @Test
    void anEndTokenAmongTheDraftedOnesEndsTheAnswer() {
        int[] prompt = new Random(1).ints(40, 0, 250).toArray();
        try (KvArena arena = MODEL.newArena(1, 100)) {
            Sequence first = new Sequence(arena, "full", prompt, 0, new Random(2));
            first.wrongShare = 1;
            run(List.of(first), null);
            int[] said = first.answer.tokens();
            first.slot.release();
            int end = said[5];
            int length = IntStream.range(0, said.length)
                    .filter(i -> said[i] == end)
                    .findFirst()
                    .orElseThrow();

            Sequence ended = new Sequence(arena, "full", prompt, 0, new Random(2), end);
            ended.truth = said;
            run(List.of(ended), SAMPLER);
            assertThat(ended.answer.tokens()).isEqualTo(Arrays.copyOf(said, length));
            assertThat(ended.answer.ending()).contains(Answer.Ending.END_OF_TEXT);
            ended.slot.release();
        }
    }

    /** Steps until all answers are finished; returns how many it took. */
    private static int run(List<Sequence> sequences, @Nullable DeviceSampler sampler) {
        int steps = 0;
        while (sequences.stream().anyMatch(one -> !one.answer.isFinished())) {
            List<Sequence> running = new ArrayList<>(
                    sequences.stream().filter(one -> !one.answer.isFinished()).toList());
            List<DecodingSequence> batch = running.stream().map(Sequence::next).toList();
            List<NextTokens> next = DecodingSequence.next(MODEL, batch, sampler);
            for (int i = 0; i < running.size(); i++) {
                running.get(i).accepted += batch.get(i).take(next.get(i));
                int held = running.get(i).slot.longest();
                int expected = running.get(i).kept + running.get(i).answer.size() - 1;
                if (!running.get(i).answer.isFinished()) {
                    assertThat(held).isEqualTo(expected);
                }
            }
            steps++;
        }
        return steps;
    }

    private static final class Sequence {
        final KvSlot slot;
        final Answer answer;
        final int kept;
        private final Random random;
        int[] truth = {};
        double wrongShare;
        int accepted;

        Sequence(KvArena arena, String method, int[] prompt, float temperature, Random random, int... ends) {
            this.random = random;
            slot = arena.take();
            CachePolicy policy = Methods.of(
                            method,
                            method.equals("full") ? Map.of() : Map.of("max_capacity_prompt", 24, "window_size", 8))
                    .cache();
            answer = new Answer(
                    new SamplingSettings(
                            temperature,
                            60,
                            0.98,
                            0.001,
                            temperature == 0 ? 1 : 1.1,
                            0,
                            temperature == 0 ? 0 : 0.2,
                            7L,
                            NEW_TOKENS,
                            List.of(),
                            Set.of(),
                            ends.length == 0,
                            3),
                    0,
                    prompt,
                    ends.length == 0 ? Set.of() : Set.of(ends[0]),
                    1000);
            answer.start(new TargetPrefill(MODEL)
                    .run(
                            slot,
                            TargetPrompt.contiguous(prompt, policy, new int[0], false),
                            answer.choice(),
                            YieldPoint.NONE));
            kept = slot.longest();
        }

        /** Drafts up to 6 tokens, of which a share is wrong. */
        DecodingSequence next() {
            int most = Math.min(random.nextInt(7), answer.tokensLeft() - 1);
            int[] drafted = new int[wrongShare == 1 ? 0 : Math.max(0, Math.min(most, truth.length - answer.size()))];
            for (int i = 0; i < drafted.length; i++) {
                int right = truth[answer.size() + i];
                drafted[i] = random.nextDouble() < wrongShare ? (right + 1) % 250 : right;
            }
            return new DecodingSequence(slot, answer, drafted);
        }
    }
}
