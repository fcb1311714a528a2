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
 * One request in this process: keeps what {@link CascadeRun} decides for whoever holds the models, which work one after the
 * other. So the target is asked only when all of the lookahead is here. Thread-confined.
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

    /** What a draft is asked for. */
    DraftWork work() {
        return work;
    }

    /** Takes what the draft found out, where it was asked. */
    void read(DraftReading found) {
        if (work.isNone()) {
            return;
        }
        reading = found;
        if (found.scores().length > 0) {
            // A classifier's scores are of the target's tokens already.
            scores = work.classified() ? found.scores() : request.bridge().scores(found.scores());
            take(new Event.Scored(scores));
        }
        take(new Event.DraftDone(request.bridge().lookahead(found.lookahead())));
    }

    DraftReading reading() {
        return reading;
    }

    /** Importance of each prompt token, empty if the method needs none. */
    float[] scores() {
        return scores;
    }

    /** Lookahead in the target's vocabulary. */
    int[] lookahead() {
        return lookahead;
    }

    /** Time that selecting took. */
    long selectNanos() {
        return selectNanos;
    }

    /** Positions of the prompt's tokens that reach the target. */
    int[] kept() {
        return chosen().prompt().ownKept();
    }

    /** What the target reads. */
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

    /** Tells that the answer grew; it ends with the first of the new tokens after which no more is wanted. */
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

    /** What follows is the caller's, who holds the models, or cannot come here, where nothing is lost and nobody waits. */
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
