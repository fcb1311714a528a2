package io.speckv.cascade;

/**
 * The answer comes, and what has come is never taken back. A draft that is lost now has only cost time.
 *
 * @param choice what the target was asked
 * @param lookahead on its way to it
 * @param generatedTokens so far
 * @param piecesSent since more were last taken from the target
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
