package io.speckv.cascade;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Client, queue, draft and target of one request of random events, and what must hold between them. */
final class World implements CascadeDriver {
    private final Random random;
    private final CascadeRun run;
    private final List<String> told = new ArrayList<>();
    private final List<AnswerPiece> said = new ArrayList<>();
    private final List<AnswerPiece> replied = new ArrayList<>();
    private boolean askedLast;
    private int reads;
    private boolean scored;
    private boolean drafting;
    private boolean guessing;
    private boolean answering;
    private boolean lookaheadOpen;
    private int lookahead;
    private int taken;
    private boolean begun;
    private int endings;
    private int released;
    private boolean left;

    World(Random random, CascadeRequest request) {
        this.random = random;
        this.run = new CascadeRun(request);
    }

    /** Something happens: most often what can, sometimes what comes twice or too late. */
    void step() {
        Event event = next();
        if (event != null) {
            take(event);
        }
    }

    private @Nullable Event next() {
        int what = random.nextInt(20);
        if (what < 2) {
            return new Event.Admitted();
        }
        if (what < 4) {
            return new Event.RoomCame();
        }
        if (what == 4 && random.nextInt(8) == 0) {
            return new Event.Broke(new IllegalStateException("broken"));
        }
        if (what == 5 && random.nextInt(8) == 0) {
            left = true;
            return new Event.ClientLeft();
        }
        if (what < 12) {
            return answering ? targetEvent() : null;
        }
        if (guessing) {
            guessing = false;
            return new Event.DraftDone(new int[] {1, 2});
        }
        return drafting ? draftEvent() : null;
    }

    private Event targetEvent() {
        int what = random.nextInt(12);
        if (what < 9) {
            AnswerPiece piece = new Transcript.Words(new int[random.nextInt(3)]);
            said.add(piece);
            return new Event.Grew(piece);
        }
        answering = false;
        return what < 11
                ? new Event.Finished()
                : new Event.TargetLost(new IllegalStateException("lost"), random.nextBoolean());
    }

    private Event draftEvent() {
        int what = random.nextInt(10);
        if (what < 4) {
            return new Event.LookaheadGrew(new int[random.nextInt(3)]);
        }
        if (what < 7 && !scored) {
            scored = true;
            float[] scores = new float[reads];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = random.nextFloat();
            }
            return new Event.Scored(scores);
        }
        drafting = false;
        if (what < 8) {
            return new Event.DraftDone(new int[random.nextInt(2)]);
        }
        return new Event.DraftLost(
                what == 8
                        ? new Failure.Refused(new IllegalArgumentException("refused"))
                        : new Failure.WithoutDraft(
                                random.nextBoolean() ? DraftLoss.FAILED : DraftLoss.OVERLOADED, "failed"));
    }

    private void take(Event event) {
        State before = run.state();
        told.add(before.getClass().getSimpleName() + " <- " + event);
        List<Effect> effects = run.on(event);
        must(!(before instanceof Over) || effects.isEmpty(), "nothing follows the end");
        effects.forEach(effect -> {
            told.add("    " + effect);
            effect.perform(this);
        });
        if (run.state() instanceof Over || run.state() instanceof Leaving) {
            must(!drafting && !answering, "what runs for a request ends with it");
        }
    }

    void end() {
        if (!left) {
            left = true;
            take(new Event.ClientLeft());
        }
        must(run.state() instanceof Over, "the request is over");
        must(released == 1, "its place is given back once");
        must(endings <= 1, "it ends once");
        must(replied.equals(said.subList(0, replied.size())), "the reply is what the target said");
    }

    private void must(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what + ":\n" + String.join("\n", told));
        }
    }

    @Override
    public void askDraft(Effect.AskDraft effect) {
        must(!drafting && !askedLast, "the draft is asked about one stretch after the other, once about the last");
        must(
                effect.reads().isWhole() == (effect.reads().tokens().length == RandomOrderTest.PROMPT),
                "what reads less than the prompt says so");
        askedLast = effect.last();
        reads = effect.reads().tokens().length;
        scored = false;
        drafting = true;
    }

    @Override
    public void askNgrams(Effect.AskNgrams effect) {
        must(!drafting && effect.mostTokens() > 0, "n-grams take the draft's place");
        guessing = true;
    }

    @Override
    public void fallBack(Effect.FallBack effect) {
        must(!drafting && !begun, "a fallback comes before the answer");
    }

    @Override
    public void askTarget(Effect.AskTarget effect) {
        must(!answering && !begun, "one target is asked, and none after an answer began");
        answering = true;
        lookaheadOpen = true;
        lookahead = effect.lookahead().length;
        said.clear();
    }

    @Override
    public void sendLookahead(Effect.SendLookahead effect) {
        must(answering && lookaheadOpen, "lookahead goes to a target that waits for it");
        must(effect.firstIndex() == lookahead && effect.tokens().length > 0, "lookahead has no gap");
        lookahead += effect.tokens().length;
    }

    @Override
    public void complete() {
        must(answering && lookaheadOpen, "lookahead is complete once");
        lookaheadOpen = false;
    }

    @Override
    public void cancelDraft() {
        must(drafting, "a draft is stopped that runs");
        drafting = false;
    }

    @Override
    public void cancelTarget() {
        must(answering, "a target is stopped that runs");
        answering = false;
    }

    @Override
    public void begin(Effect.Begin effect) {
        must(!begun, "a reply begins once");
        begun = true;
    }

    @Override
    public void reply(Effect.Reply effect) {
        must(begun && endings == 0, "a reply lies between its beginning and its end");
        replied.add(effect.piece());
    }

    @Override
    public void takeMore(Effect.TakeMore effect) {
        taken += effect.pieces();
        must(effect.pieces() > 0 && taken <= replied.size(), "as much is taken as was sent on");
    }

    @Override
    public void finish(Effect.Finish effect) {
        must(begun && replied.size() == said.size(), "a whole answer is a good end");
        must(
                effect.generatedTokens()
                        == replied.stream().mapToInt(AnswerPiece::tokenCount).sum(),
                "every token counts");
        endings++;
    }

    @Override
    public void explain(Effect.Explain effect) {
        must(!begun && !answering, "an explanation needs no target");
        endings++;
    }

    @Override
    public void fail(Effect.Fail effect) {
        endings++;
    }

    @Override
    public void release() {
        must(left, "a place is kept while the client is there");
        released++;
    }
}
