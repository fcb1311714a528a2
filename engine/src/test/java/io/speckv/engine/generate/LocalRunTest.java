package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a request asks of models that are made up here: a draft's results go in, a target's prompt comes out. */
class LocalRunTest {
    private static final int[] PROMPT = {100, 101, 102, 103, 104, 105, 106, 107};
    private static final float[] SCORES = {0.1f, 0.2f, 0.9f, 0.1f, 0.3f, 0.8f, 0.1f, 0.1f};
    private static final Method FULL = Methods.of("full", Map.of());
    private static final Method SCORED =
            Methods.of("specpc", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1));
    private static final Method DRAFTED = Methods.of(
            "speckv", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1, "lookahead_tokens", 3));

    /** A draft whose tokens are one higher, and whose first token has no counterpart. */
    private static final TokenBridge OTHER_VOCABULARY = new TokenBridge() {
        @Override
        public int[] draftPrompt() {
            return new int[PROMPT.length + 1];
        }

        @Override
        public float[] scores(float[] draftScores) {
            return Arrays.copyOfRange(draftScores, 1, draftScores.length);
        }

        @Override
        public int[] lookahead(int[] draftTokens) {
            return Arrays.stream(draftTokens).map(token -> token - 1).toArray();
        }
    };

    private static LocalRun run(Method method, TokenBridge bridge) {
        return new LocalRun(new Cascade.Request(PROMPT, bridge, method, 3, Set.of()));
    }

    private static LocalRun run(Method method) {
        return run(method, TokenBridge.shared(PROMPT));
    }

    private static DraftReading found(float[] scores, int... lookahead) {
        return new DraftReading(scores, lookahead, 0, 0, 0);
    }

    @Test
    void aMethodThatKeepsAllAsksNoDraft() {
        LocalRun run = run(FULL);
        assertThat(run.work().isNone()).isTrue();
        run.read(found(SCORES, 1));
        assertThat(run.reading()).as("nobody asked").isSameAs(DraftReading.NONE);
        assertThat(run.scores()).isEmpty();
        assertThat(run.prompt().tokens()).isEqualTo(PROMPT);
        assertThat(run.prompt().lookahead()).isEmpty();
        assertThat(run.kept()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void scoresChooseWhatTheTargetReads() {
        LocalRun run = run(SCORED);
        assertThat(run.work().scoring()).isNotNull();
        run.read(found(SCORES, 9));
        assertThat(run.scores()).isEqualTo(SCORES);
        assertThat(run.kept()).containsExactly(2, 5, 6, 7);
        assertThat(run.prompt().tokens()).containsExactly(102, 105, 106, 107);
        assertThat(run.prompt().continuesAt()).isEqualTo(4);
        assertThat(run.selectNanos()).isPositive();
    }

    @Test
    void lookaheadReachesTheTargetWithThePolicyThatReadsIt() {
        LocalRun run = run(DRAFTED);
        assertThat(run.work().lookaheadOnly()).isTrue();
        assertThat(run.work().lookaheadTokens()).isEqualTo(3);
        run.read(found(new float[0], 7, 8, 9));
        assertThat(run.lookahead()).containsExactly(7, 8, 9);
        assertThat(run.prompt().lookahead()).containsExactly(7, 8, 9);
        assertThat(run.prompt().policy()).isEqualTo(DRAFTED.cache());
        assertThat(run.prompt().verifiesLookahead()).isEqualTo(DRAFTED.verifyLookahead());
    }

    @Test
    void scoresAndLookaheadOfAnotherVocabularyAreBroughtIntoTheTargets() {
        LocalRun scored = run(SCORED, OTHER_VOCABULARY);
        float[] draftScores = new float[PROMPT.length + 1];
        System.arraycopy(SCORES, 0, draftScores, 1, PROMPT.length);
        scored.read(found(draftScores, 9));
        assertThat(scored.scores()).isEqualTo(SCORES);
        LocalRun drafted = run(DRAFTED, OTHER_VOCABULARY);
        drafted.read(found(new float[0], 7, 8, 9));
        assertThat(drafted.lookahead()).containsExactly(6, 7, 8);
    }

    /** A classifier reads the target's tokens. */
    @Test
    void aClassifiersScoresAreTheTargetsAlready() {
        Method classified = Methods.of("llmlingua2", Map.of("max_capacity_prompt", 4, "chunk_size", 8));
        LocalRun run = run(classified, OTHER_VOCABULARY);
        assertThat(run.work().classified()).isTrue();
        run.read(found(SCORES));
        assertThat(run.scores()).isEqualTo(SCORES);
        assertThat(run.kept()).hasSize(4).contains(2, 5);
    }

    @Test
    void thePromptIsNotKnownBeforeTheDraftIsRead() {
        LocalRun run = run(SCORED);
        assertThatThrownBy(run::prompt)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the draft has not been read");
        assertThatThrownBy(run::kept)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the draft has not been read");
    }

    @Test
    void aDraftThatDoesNotScoreFailsTheRequest() {
        LocalRun run = run(SCORED);
        assertThatThrownBy(() -> run.read(found(new float[0], 9)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the request failed: ");
    }

    private static Answer answer(int... tokens) {
        Answer answer = new Answer((logits, generated) -> tokens[generated.length], Set.of(), 10);
        for (int i = 0; i < tokens.length; i++) {
            answer.feed(new int[0], answer.onHost(new float[1][1]));
        }
        return answer;
    }

    @Test
    void everyNewTokenIsToldOnceAndInOrder() {
        LocalRun run = run(FULL);
        Answer answer = answer(4, 5, 6);
        List<Integer> told = new ArrayList<>();
        run.grew(answer, 1, token -> {
            told.add(token);
            return true;
        });
        run.finished();
        assertThat(told).containsExactly(5, 6);
        assertThat(answer.isFinished()).isFalse();
    }

    @Test
    void theAnswerEndsAfterTheFirstTokenThatIsEnough() {
        LocalRun run = run(FULL);
        Answer answer = answer(4, 5, 6);
        List<Integer> told = new ArrayList<>();
        run.grew(answer, 0, token -> {
            told.add(token);
            return token != 5;
        });
        assertThat(told).containsExactly(4, 5);
        assertThat(answer.tokens()).containsExactly(4, 5);
        assertThat(answer.ending()).contains(Answer.Ending.STOP);
    }
}
