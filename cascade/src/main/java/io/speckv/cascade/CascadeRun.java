package io.speckv.cascade;

import java.util.List;

/**
 * One request from its place in the queue to its end. Feed it every event in the order in which they happened, and perform
 * the effects it returns in theirs, before the next event. Events that come too late, or twice, have no effects. Not
 * thread-safe.
 */
public final class CascadeRun {
    private State state;

    /** A run that waits for its turn. */
    public CascadeRun(CascadeRequest request) {
        this.state = new Waiting(request);
    }

    /** Takes an event and returns what is to be done about it. */
    public List<Effect> on(Event event) {
        Turn turn = event.reach(state);
        state = turn.next();
        return turn.effects();
    }

    /** Returns where the request stands. */
    public State state() {
        return state;
    }
}
