package io.speckv.engine.generate;

import io.speckv.cascade.AnswerPiece;
import io.speckv.cascade.CascadeDriver;
import io.speckv.cascade.CascadeRequest;
import io.speckv.cascade.CascadeRun;
import io.speckv.cascade.Choice;
import io.speckv.cascade.Effect;
import io.speckv.cascade.Event;
import io.speckv.cascade.KeptPrompt;
import io.speckv.selection.method.DraftWork;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One request in this process. It keeps the decisions of {@link CascadeRun} for the caller, who runs the models one after
 * the other. So the target is asked only when the lookahead is complete. Thread-confined.
 */
final class LocalRun implements CascadeDriver {
    private final Cascade.Request request;
    private final CascadeRun run;
    private DraftWork work = DraftWork.NONE;
    private DraftReading reading = DraftReading.NONE;
    private float[] scores = {};
    private int[] lookahead = {};
    private @Nullable Choice choice;
    private long selectNanos;

    /** A part of the answer. */
    private record Tokens(int[] ids) implements AnswerPiece {
        @Override
        public int tokenCount() {
            return ids.length;
        }
    }

    LocalRun(Cascade.Request request) {
        this.request = request;
        this.run = new CascadeRun(
                CascadeRequest.of(request.prompt(), request.text(), request.method(), request.maxNewTokens()));
        take(new Event.Admitted());
    }

    private void take(Event event) {
        long began = System.nanoTime();
        var effects = run.on(event);
        selectNanos += choice == null ? System.nanoTime() - began : 0;
        effects.forEach(effect -> effect.perform(this));
    }

    Cascade.Request request() {
        return request;
    }

    /** Returns the work that a draft is asked for. */
    DraftWork work() {
        return work;
    }

    /** Takes the draft's results, if the draft was asked. */
    void read(DraftReading found) {
        if (work.isNone()) {
            return;
        }
        reading = found;
        if (found.scores().length > 0) {
            // A classifier's scores are already per token of the target.
            scores = work.classified() ? found.scores() : request.bridge().scores(found.scores());
            take(new Event.Scored(scores));
        }
        take(new Event.DraftDone(request.bridge().lookahead(found.lookahead())));
    }

    DraftReading reading() {
        return reading;
    }

    /** Returns the importance of each prompt token; empty if the method needs no scores. */
    float[] scores() {
        return scores;
    }

    /** Returns the lookahead in the target's vocabulary. */
    int[] lookahead() {
        return lookahead;
    }

    /** Returns the time that selecting took. */
    long selectNanos() {
        return selectNanos;
    }

    /** Returns the positions of the prompt's tokens that reach the target. */
    int[] kept() {
        return chosen().prompt().ownKept();
    }

    /** Returns the prompt that the target reads. */
    TargetPrompt prompt() {
        Choice asked = chosen();
        KeptPrompt prompt = asked.prompt();
        return new TargetPrompt(
                prompt.tokens(),
                prompt.positions(),
                prompt.continuesAt(),
                prompt.policy(asked.method().cache()),
                lookahead,
                asked.method().verifyLookahead());
    }

    private Choice chosen() {
        Choice asked = choice;
        if (asked == null) {
            throw new IllegalStateException("the draft has not been read");
        }
        return asked;
    }

    /** Reports that the answer grew. The answer ends after the first new token for which {@code onToken} wants no more. */
    void grew(Answer answer, int first, IntPredicate onToken) {
        for (int i = first; i < answer.size(); i++) {
            if (!onToken.test(answer.token(i))) {
                answer.cutAfter(i + 1);
            }
        }
        take(new Event.Grew(new Tokens(Arrays.copyOfRange(answer.tokens(), first, answer.size()))));
    }

    void finished() {
        take(new Event.Finished());
    }

    @Override
    public void askDraft(Effect.AskDraft effect) {
        work = effect.work();
    }

    @Override
    public void askTarget(Effect.AskTarget effect) {
        choice = effect.choice();
        append(effect.lookahead());
    }

    @Override
    public void sendLookahead(Effect.SendLookahead effect) {
        append(effect.tokens());
    }

    private void append(int[] more) {
        lookahead = TargetPrefill.concat(lookahead, more);
    }

    @Override
    public void fail(Effect.Fail effect) {
        throw new IllegalStateException("the request failed: " + effect.failure());
    }

    /**
     * This effect and those below need no action. The caller, who holds the models, does the work itself, and a run in one
     * process loses no draft and has no waiting client.
     */
    @Override
    public void complete() {}

    @Override
    public void askNgrams(Effect.AskNgrams effect) {}

    @Override
    public void fallBack(Effect.FallBack effect) {}

    @Override
    public void cancelDraft() {}

    @Override
    public void cancelTarget() {}

    @Override
    public void begin(Effect.Begin effect) {}

    @Override
    public void reply(Effect.Reply effect) {}

    @Override
    public void takeMore(Effect.TakeMore effect) {}

    @Override
    public void finish(Effect.Finish effect) {}

    @Override
    public void explain(Effect.Explain effect) {}

    @Override
    public void release() {}
}
