package io.speckv.cascade;

import java.util.ArrayList;
import java.util.List;

/** The target is at work, and the lookahead is passed on to it while the draft makes it. */
sealed interface WithTarget extends State permits Reading, Answering {
    /** Returns the lookahead on its way to the target. */
    Lookahead lookahead();

    /** Returns this with a changed lookahead. */
    WithTarget with(Lookahead changed);

    @Override
    default List<Effect> stops() {
        List<Effect> stops = new ArrayList<>(lookahead().stops());
        stops.add(new Effect.CancelTarget());
        return stops;
    }

    @Override
    default Turn lookaheadGrew(Event.LookaheadGrew event) {
        return new Turn(with(lookahead().with(event.tokens())), lookahead().send(event.tokens()));
    }

    @Override
    default Turn draftDone(Event.DraftDone event) {
        Turn sent = new Turn(
                with(lookahead().with(event.rest()).closed()), lookahead().complete());
        return sent.after(lookahead().send(event.rest()));
    }

    @Override
    default Turn draftLost(Event.DraftLost event) {
        return new Turn(with(lookahead().closed()), lookahead().complete());
    }
}
