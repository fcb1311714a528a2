package io.speckv.cascade;

import java.util.List;

/**
 * The lookahead on its way from draft to target.
 *
 * @param sent tokens that the target has
 * @param drafting whether the draft is at work, so that more may follow
 */
record Lookahead(int sent, boolean drafting) {
    /** What has to be stopped. */
    List<Effect> stops() {
        return drafting ? List.of(new Effect.CancelDraft()) : List.of();
    }

    /** This, with more tokens sent. */
    Lookahead with(int[] tokens) {
        return drafting ? new Lookahead(sent + tokens.length, true) : this;
    }

    /** This, with no more to come. */
    Lookahead closed() {
        return new Lookahead(sent, false);
    }

    /** What sends them; nothing where there are none, or none may follow. */
    List<Effect> send(int[] tokens) {
        return drafting && tokens.length > 0 ? List.of(new Effect.SendLookahead(sent, tokens)) : List.of();
    }

    /** What tells the target that no more come, unless it knows. */
    List<Effect> complete() {
        return drafting ? List.of(new Effect.Complete()) : List.of();
    }
}
