package io.speckv.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CancelledException;
import org.junit.jupiter.api.Test;

/** Rounds of decoding, step by step on this thread. {@link BatchEngineTest} has them between prompts. */
class DecodeRoundsTest {
    private final FakeModel model = new FakeModel();
    private final DecodeRounds<FakeRequest> rounds = rounds(0.5);

    private DecodeRounds<FakeRequest> rounds(double decodeShare) {
        return new DecodeRounds<>(model, decodeShare, () -> new IllegalStateException("stopped"));
    }

    private FakeRequest running(String name, int steps) {
        FakeRequest request = model.request(name, steps);
        rounds.join(request);
        return request;
    }

    private static boolean finished(FakeRequest request) {
        return request.end.isDone() && !request.end.isCompletedExceptionally();
    }

    @Test
    void allThatAreReadyTakeAStepTogetherUntilTheyHaveEnoughOfThem() {
        FakeRequest brief = running("brief", 1);
        FakeRequest longer = running("longer", 2);

        assertThat(rounds.step()).isTrue();
        assertThat(finished(brief)).isTrue();
        assertThat(longer.end).isNotDone();
        assertThat(rounds.step()).isTrue();
        assertThat(finished(longer)).isTrue();
        assertThat(rounds.step()).as("nobody is left").isFalse();
        assertThat(model.log).containsExactly("step brief longer", "step longer");
    }

    @Test
    void whoIsNotReadyPausesAlone() {
        FakeRequest pauses = running("pauses", 1);
        FakeRequest goesOn = running("goes on", 1);
        pauses.ready = false;

        assertThat(rounds.step()).isTrue();
        assertThat(finished(goesOn)).isTrue();
        assertThat(rounds.step()).as("one is left, who pauses").isFalse();
        pauses.ready = true;
        assertThat(rounds.step()).isTrue();
        assertThat(finished(pauses)).isTrue();
    }

    @Test
    void whatAPromptAloneAnswersTakesNoStep() {
        assertThat(finished(running("answered", 0))).isTrue();
        assertThat(rounds.step()).isFalse();
        assertThat(model.log).isEmpty();
    }

    @Test
    void whoLeavesIsDroppedWhereverHeStands() throws Exception {
        FakeRequest early = model.request("early", 5);
        early.over = true;
        rounds.join(early);
        assertThat(early.failure()).isInstanceOf(CancelledException.class);

        FakeRequest later = running("later", 5);
        assertThat(rounds.step()).isTrue();
        later.over = true;
        rounds.settleAll();
        assertThat(later.failure()).isInstanceOf(CancelledException.class);
        assertThat(rounds.step()).isFalse();
    }

    @Test
    void aBatchThatFailsEndsThoseWhoWereInItAndNobodyElse() throws Exception {
        FakeRequest poison = running("poison", 5);
        FakeRequest good = running("good", 1);

        assertThat(rounds.step()).isTrue();
        assertThat(poison.failure()).hasMessage("poisoned batch");
        assertThat(finished(good)).isTrue();
    }

    @Test
    void aResultThatCannotBeTakenEndsItsRequestAlone() throws Exception {
        FakeRequest bad = running("bad", 5);
        bad.failsAtStep = 4;
        FakeRequest good = running("good", 1);

        assertThat(rounds.step()).isTrue();
        assertThat(bad.failure()).hasMessage("bad at 4");
        assertThat(finished(good)).isTrue();
    }

    @Test
    void whoCannotSayWhetherHeIsReadyEndsAlone() throws Exception {
        FakeRequest broken = running("broken", 5);
        broken.failsToSay = true;
        FakeRequest good = running("good", 1);

        assertThat(rounds.step()).isTrue();
        assertThat(broken.failure()).hasMessage("broken cannot say");
        assertThat(finished(good)).isTrue();
    }

    @Test
    void whoCannotEvenEndStopsNoRound() {
        FakeRequest rude = model.request("rude", 1);
        rude.failsToEnd = true;
        rounds.join(rude);
        FakeRequest good = running("good", 1);

        assertThatCode(rounds::step).doesNotThrowAnyException();
        assertThat(finished(good)).isTrue();
        assertThat(rounds.step()).as("he has left all the same").isFalse();
    }

    /** Those who are left are told by whoever ends the engine. */
    @Test
    void aLostModelEndsTheRoundsAndItsRequestMayGoElsewhere() throws Exception {
        FakeRequest meets = running("meets", 5);
        meets.failsAtStep = 4;
        FakeRequest other = running("other", 5);
        model.works = false;

        assertThatThrownBy(rounds::step).isInstanceOf(LostModelException.class);
        assertThat(meets.failure()).hasMessage("stopped");
        assertThat(other.end).isNotDone();
        rounds.failAll(new IllegalStateException("the end"));
        assertThat(other.failure()).hasMessage("the end");
    }

    @Test
    void aFailureThatTheEngineExplainsIsToldAsItIs() {
        model.works = false;
        CancelledException explained = new CancelledException("generation");
        IllegalStateException unexplained = new IllegalStateException("odd");

        assertThat(rounds.told(explained)).isSameAs(explained);
        assertThat(rounds.told(unexplained)).hasMessage("stopped");
        model.works = true;
        assertThat(rounds.told(unexplained)).isSameAs(unexplained);
        assertThat(rounds.told(new LostModelException(unexplained))).hasMessage("stopped");
    }

    @Test
    void onlyAFailureThatIsToldOtherwiseEndsTheEngine() {
        IllegalStateException odd = new IllegalStateException("odd");
        IllegalStateException stopped = new IllegalStateException("stopped");
        LostModelException lost = new LostModelException(odd);

        assertThatCode(() -> DecodeRounds.requireModel(odd, odd)).doesNotThrowAnyException();
        assertThatThrownBy(() -> DecodeRounds.requireModel(odd, stopped))
                .isInstanceOf(LostModelException.class)
                .hasCause(odd);
        assertThatThrownBy(() -> DecodeRounds.requireModel(lost, stopped)).isSameAs(lost);
    }

    @Test
    void whoseCallerHasLeftFailsAndAnyoneElseDoesNot() throws Exception {
        FakeRequest waits = model.request("waits", 1);
        assertThat(DecodeRounds.failIfOver(waits)).isFalse();
        assertThat(waits.end).isNotDone();

        waits.over = true;
        assertThat(DecodeRounds.failIfOver(waits)).isTrue();
        assertThat(waits.failure()).isInstanceOf(CancelledException.class);
    }

    /** With all of the time for decoding every pause is a step; with next to none the second is hours away. */
    @Test
    void betweenBlocksOfAPromptDecodingHasItsShareOfTheTime() {
        DecodeRounds<FakeRequest> all = rounds(1);
        all.join(model.request("all", 9));
        all.stepIfDue();
        all.stepIfDue();
        assertThat(model.log).containsExactly("step all", "step all");

        model.log.clear();
        DecodeRounds<FakeRequest> none = rounds(1e-12);
        none.join(model.request("none", 9));
        none.stepIfDue();
        none.stepIfDue();
        assertThat(model.log).containsExactly("step none");
    }

    @Test
    void withoutARequestThereIsNothingDue() {
        rounds.stepIfDue();

        assertThat(model.log).isEmpty();
    }
}
