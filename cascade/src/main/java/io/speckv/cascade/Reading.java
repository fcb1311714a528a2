package io.speckv.cascade;

import java.util.List;

/**
 * The target reads the kept tokens; its answer has not begun.
 *
 * @param choice what the target was asked
 * @param lookahead tokens on their way to the target
 */
record Reading(CascadeRequest request, Choice choice, Lookahead lookahead) implements WithTarget {
    /** A lookahead that broke off must not choose KV pairs, because the answer would depend on when it broke off. */
    @Override
    public Turn draftLost(Event.DraftLost event) {
        boolean chooses =
                choice.method().cache().lookaheadChooses(choice.prompt().size());
        if (lookahead.drafting() && chooses) {
            return Scoring.withoutDraft(request, event.failure()).after(List.of(new Effect.CancelTarget()));
        }
        return WithTarget.super.draftLost(event);
    }

    @Override
    public Reading with(Lookahead changed) {
        return new Reading(request, choice, changed);
    }

    @Override
    public Turn grew(Event.Grew event) {
        Turn grown = new Answering(choice, lookahead, 0, 0).grew(event);
        return grown.after(List.of(new Effect.Begin(choice)));
    }

    @Override
    public Turn finished() {
        Turn finished = new Answering(choice, lookahead, 0, 0).finished();
        return finished.after(List.of(new Effect.Begin(choice)));
    }

    @Override
    public Turn targetLost(Event.TargetLost event) {
        DraftLoss why = choice.lost();
        if (event.noRoom() && why != null) {
            return Scoring.withLessRoom(
                    request, why, choice.method(), String.valueOf(event.cause().getMessage()));
        }
        return Leaving.failing(new Failure.TargetFailed(event.cause(), 0)).after(lookahead.stops());
    }
}
