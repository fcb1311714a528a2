package io.speckv.cascade;

import java.util.List;

/**
 * The lookahead on its way from draft to target.
 *
 * @param sent tokens that the target has
 * @param drafting whether the draft is still drafting, so that more tokens may follow
 */
record Lookahead(int sent, boolean drafting) {
    /** Returns the effects that stop the draft if it is drafting. */
    List<Effect> stops() {
        return drafting ? List.of(new Effect.CancelDraft()) : List.of();
    }

    /** Returns this with more tokens sent. */
    Lookahead with(int[] tokens) {
        return drafting ? new Lookahead(sent + tokens.length, true) : this;
    }

    /** Returns this with no more tokens to come. */
    Lookahead closed() {
        return new Lookahead(sent, false);
    }

    /** Returns the effects that send {@code tokens}; none where there are no tokens, or no more may follow. */
    List<Effect> send(int[] tokens) {
        return drafting && tokens.length > 0 ? List.of(new Effect.SendLookahead(sent, tokens)) : List.of();
    }

    /** Returns the effects that tell the target that no more tokens come; none if it knows. */
    List<Effect> complete() {
        return drafting ? List.of(new Effect.Complete()) : List.of();
    }
}
