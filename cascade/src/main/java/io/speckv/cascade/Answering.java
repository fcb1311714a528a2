package io.speckv.cascade;

/**
 * The target sends the answer, and no token of it is ever taken back. Losing the draft now costs nothing but time.
 *
 * @param choice what the target was asked
 * @param lookahead tokens on their way to the target
 * @param generatedTokens tokens of the answer so far
 * @param piecesSent pieces sent to the client since the target was last asked for more
 */
record Answering(Choice choice, Lookahead lookahead, int generatedTokens, int piecesSent) implements WithTarget {
    @Override
    public Answering with(Lookahead changed) {
        return new Answering(choice, changed, generatedTokens, piecesSent);
    }

    @Override
    public Turn grew(Event.Grew event) {
        int tokens = generatedTokens + event.piece().tokenCount();
        return Turn.to(new Answering(choice, lookahead, tokens, piecesSent + 1), new Effect.Reply(event.piece()));
    }

    @Override
    public Turn roomCame() {
        return piecesSent == 0
                ? Turn.to(this)
                : Turn.to(new Answering(choice, lookahead, generatedTokens, 0), new Effect.TakeMore(piecesSent));
    }

    @Override
    public Turn finished() {
        return Turn.to(new Leaving(), new Effect.Finish(choice, generatedTokens))
                .after(lookahead.stops());
    }

    @Override
    public Turn targetLost(Event.TargetLost event) {
        return Leaving.failing(new Failure.TargetFailed(event.cause(), generatedTokens))
                .after(lookahead.stops());
    }
}
