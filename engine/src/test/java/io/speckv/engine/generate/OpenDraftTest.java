package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A draft that goes on says what it would say if it read prompt and answer anew. */
class OpenDraftTest {
    private static final int PROMPT = 50;
    private static final DecoderModel MODEL =
            DecoderModel.open(GoldenRun.model("llama-draft"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
    private static final DraftListener NOBODY = new DraftListener() {
        @Override
        public void scored(float[] scores) {}

        @Override
        public boolean drafted(int token) {
            return true;
        }
    };

    @AfterAll
    static void close() {
        MODEL.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void draftsWhatFollowsPromptAndAnswerWhateverWasDraftedBefore(int lookahead) {
        Random random = new Random(lookahead);
        int[] prompt = random.ints(PROMPT, 0, 250).toArray();
        try (KvArena arena = MODEL.newArena(2, 400)) {
            DraftReader reader = new DraftReader(MODEL, arena);
            try (OpenDraft open = reader.open(task(prompt, lookahead, Set.of()), YieldPoint.NONE, NOBODY)) {
                assertThat(open.guess(0)).isEqualTo(open.reading().lookahead()).hasSize(lookahead);
                assertThat(open.canDraft()).isEqualTo(lookahead > 0);
                int known = 0;
                for (int round = 0; round < 12; round++) {
                    int news = 1 + random.nextInt(round == 6 ? 100 : 4);
                    for (int i = 0; i < news; i++) {
                        boolean right = known < open.size() && random.nextInt(3) > 0;
                        int token = right ? open.guess(known)[0] : random.nextInt(250);
                        boolean guessed = known < open.size() && open.guess(known)[0] == token;
                        assertThat(open.answered(known, token)).isEqualTo(guessed);
                        known++;
                    }
                    int[] before = open.guess(0);
                    IntStream.range(0, random.nextInt(5)).forEach(i -> open.draft());

                    assertThat(open.guess(0)).startsWith(before);
                    int[] whole = TargetPrefill.concat(prompt, before);
                    assertThat(open.guess(before.length))
                            .isEqualTo(reader.read(
                                            task(whole, open.size() - before.length, Set.of()), YieldPoint.NONE, NOBODY)
                                    .lookahead());
                }
            }
            assertThat(arena.inUse()).isZero();
        }
    }

    @Test
    void stopsAtAnEndTokenUntilTheTargetSaysAnother() {
        int[] prompt = new Random(9).ints(PROMPT, 0, 250).toArray();
        try (KvArena arena = MODEL.newArena(1, 100)) {
            DraftReader reader = new DraftReader(MODEL, arena);
            int end = reader.read(task(prompt, 1, Set.of()), YieldPoint.NONE, NOBODY)
                    .lookahead()[0];
            try (OpenDraft open = reader.open(task(prompt, 3, Set.of(end)), YieldPoint.NONE, NOBODY)) {
                assertThat(open.guess(0)).containsExactly(end);
                assertThat(open.canDraft()).isFalse();

                assertThat(open.answered(0, (end + 1) % 250)).isFalse();
                assertThat(open.canDraft()).isTrue();
            }
        }
    }

    @Test
    void saysWhenItsCacheIsFull() {
        try (KvArena arena = MODEL.newArena(1, PROMPT + 3)) {
            DraftReader reader = new DraftReader(MODEL, arena);
            int[] prompt = new Random(4).ints(PROMPT, 0, 250).toArray();
            try (OpenDraft open = reader.open(task(prompt, 2, Set.of()), YieldPoint.NONE, NOBODY)) {
                open.draft();
                assertThat(open.isFull()).isFalse();
                open.draft();
                assertThat(open.isFull()).isTrue();
                assertThat(open.canDraft()).isFalse();
                assertThatThrownBy(() -> open.answered(9, 1)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(arena.inUse()).isZero();
        }
    }

    private static DraftTask task(int[] prompt, int lookahead, Set<Integer> ends) {
        return new DraftTask(prompt, null, 0, lookahead, (logits, drafted) -> Greedy.token(logits), ends);
    }
}
