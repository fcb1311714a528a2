package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.NonFiniteException;
import io.speckv.engine.generate.Answer.Ending;
import io.speckv.engine.sampling.SamplingSettings;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static final int VOCAB = 6;
    private static final int END = 5;
    private static final Prefilled.Nanos NO_TIME = new Prefilled.Nanos(0, 0, 0);

    private static Answer answer(SamplingSettings settings, int room) {
        return new Answer(settings, 1, new int[] {0, 1}, Set.of(END), room);
    }

    private static float[] favouring(int token) {
        float[] logits = new float[VOCAB];
        logits[token] = 3;
        return logits;
    }

    private static float[][] favouringEach(int... tokens) {
        return IntStream.of(tokens).mapToObj(AnswerTest::favouring).toArray(float[][]::new);
    }

    private static Prefilled prefilled(int... tokens) {
        return new Prefilled(tokens, favouringEach(tokens), true, 0, List.of(), 0, NO_TIME);
    }

    private static void feed(Answer answer, float[] logits) {
        assertThat(answer.feed(new int[0], answer.onHost(new float[][] {logits})))
                .isZero();
    }

    @Test
    void growsByTheTokenThatItsSettingsChoose() {
        Answer answer = answer(SamplingSettings.greedy(10), 100);
        answer.start(prefilled(2));
        feed(answer, favouring(4));

        assertThat(answer.tokens()).containsExactly(2, 4);
        assertThat(answer.pendingToken()).isEqualTo(4);
        assertThat(answer.ending()).isEmpty();
    }

    @Test
    void growsByTheDraftedTokensThatItWouldHaveChosenAndByItsOwnNext() {
        Answer answer = answer(SamplingSettings.greedy(10), 100);
        answer.start(prefilled(2));

        assertThat(answer.feed(new int[] {4, 1, 3}, answer.onHost(favouringEach(4, 1, 0, 2))))
                .isEqualTo(2);
        assertThat(answer.tokens()).containsExactly(2, 4, 1, 0);
    }

    @Test
    void endsAtADraftedEndTokenWhichDoesNotCount() {
        Answer answer = answer(SamplingSettings.greedy(10), 100);
        answer.start(prefilled(2));

        assertThat(answer.feed(new int[] {4, END, 3}, answer.onHost(favouringEach(4, END, 3, 1))))
                .isEqualTo(1);
        assertThat(answer.tokens()).containsExactly(2, 4);
        assertThat(answer.ending()).contains(Ending.END_OF_TEXT);
    }

    @Test
    void endsAtAnEndTokenWhichIsNotPartOfIt() {
        Answer answer = answer(SamplingSettings.greedy(10), 100);
        answer.start(prefilled(2));
        feed(answer, favouring(END));

        assertThat(answer.tokens()).containsExactly(2);
        assertThat(answer.ending()).contains(Ending.END_OF_TEXT);
        assertThatThrownBy(() -> feed(answer, favouring(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("END_OF_TEXT");
    }

    @Test
    void goesOnAfterAnEndTokenWhenAskedTo() {
        Answer answer = answer(settings(10, Set.of(), true), 100);
        answer.start(prefilled(END, END));

        assertThat(answer.tokens()).containsExactly(END, END);
        assertThat(answer.isFinished()).isFalse();
    }

    @Test
    void endsAtAStopTokenOfTheRequest() {
        Answer answer = answer(settings(10, Set.of(3), false), 100);
        answer.start(prefilled(1, 3, 2));

        assertThat(answer.tokens()).containsExactly(1);
        assertThat(answer.ending()).contains(Ending.STOP);
    }

    @Test
    void takesNoMoreVerifiedTokensThanItMayHave() {
        Answer answer = answer(SamplingSettings.greedy(2), 100);
        answer.start(prefilled(1, 2, 3, 4));

        assertThat(answer.tokens()).containsExactly(1, 2);
        assertThat(answer.ending()).contains(Ending.MAX_NEW_TOKENS);
    }

    @Test
    void saysThatTheContextIsFullOnlyWhereThatCameFirst() {
        Answer full = answer(SamplingSettings.greedy(3), 2);
        full.start(prefilled(1, 2));
        Answer both = answer(SamplingSettings.greedy(2), 2);
        both.start(prefilled(1, 2));

        assertThat(full.ending()).contains(Ending.CONTEXT_FULL);
        assertThat(both.ending()).contains(Ending.MAX_NEW_TOKENS);
    }

    @Test
    void forgetsWhatFollowsAStopText() {
        Answer answer = answer(logprobs(1), 100);
        answer.start(prefilled(1, 2, 3));
        answer.cutAfter(2);

        assertThat(answer.tokens()).containsExactly(1, 2);
        assertThat(answer.logprobs()).hasSize(2);
        assertThat(answer.ending()).contains(Ending.STOP);
        assertThatThrownBy(() -> answer.cutAfter(3)).hasMessageContaining("2 tokens after 3");
    }

    @Test
    void reportsLogProbabilitiesOfPrefilledAndDecodedTokensAlike() {
        Answer answer = answer(logprobs(2), 100);
        answer.start(prefilled(4));
        feed(answer, favouring(2));

        double expected = 3 - Math.log(Math.exp(3) + VOCAB - 1);
        assertThat(answer.logprobs()).hasSize(2);
        for (int i = 0; i < 2; i++) {
            var logprobs = answer.logprobs(i).orElseThrow();
            assertThat(logprobs.token()).isEqualTo(answer.token(i));
            assertThat(logprobs.logprob()).isEqualTo((float) expected);
            assertThat(logprobs.topTokens()).hasSize(2);
        }
        assertThat(answer(SamplingSettings.greedy(2), 2).logprobs(0)).isEmpty();
    }

    @Test
    void refusesLogitsThatAreNotNumbers() {
        Answer answer = answer(SamplingSettings.greedy(10), 100);
        float[] logits = favouring(1);
        logits[2] = Float.NaN;

        assertThatThrownBy(() -> feed(answer, logits)).isInstanceOf(NonFiniteException.class);
        assertThat(answer.isFinished()).isFalse();
    }

    private static SamplingSettings settings(int most, Set<Integer> stops, boolean ignoreEos) {
        return new SamplingSettings(
                0, 0, 1, 0, 1, 0, 0, null, most, List.of(), stops, ignoreEos, SamplingSettings.NO_LOGPROBS);
    }

    private static SamplingSettings logprobs(int alternatives) {
        return new SamplingSettings(0, 0, 1, 0, 1, 0, 0, null, 10, List.of(), Set.of(), false, alternatives);
    }
}
