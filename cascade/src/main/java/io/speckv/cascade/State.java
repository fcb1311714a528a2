package io.speckv.cascade;

import java.util.List;

/** Where a request stands, and all that it has to remember there. An event that a state does not react to has no effects. */
public sealed interface State permits Waiting, Scoring, WithTarget, Leaving, Over {

    /** Returns the effects that stop all running work if the request ends in this state. */
    default List<Effect> stops() {
        return List.of();
    }

    default Turn admitted() {
        return Turn.to(this);
    }

    default Turn scored(Event.Scored event) {
        return Turn.to(this);
    }

    default Turn lookaheadGrew(Event.LookaheadGrew event) {
        return Turn.to(this);
    }

    default Turn draftDone(Event.DraftDone event) {
        return Turn.to(this);
    }

    default Turn draftLost(Event.DraftLost event) {
        return Turn.to(this);
    }

    default Turn grew(Event.Grew event) {
        return Turn.to(this);
    }

    default Turn roomCame() {
        return Turn.to(this);
    }

    default Turn finished() {
        return Turn.to(this);
    }

    default Turn targetLost(Event.TargetLost event) {
        return Turn.to(this);
    }

    default Turn broke(Event.Broke event) {
        return Leaving.failing(new Failure.Refused(event.cause())).after(stops());
    }

    default Turn clientLeft() {
        return Turn.to(new Over(), new Effect.Release()).after(stops());
    }
}
