package io.speckv.cascade;

import java.util.List;

/**
 * One request from its place in the queue to its end. Feed it the events in the order in which they happen, and perform the
 * effects of each, in their order, before the next event. Events that come too late, or twice, have no effects. Not
 * thread-safe.
 */
public final class CascadeRun {
    private State state;

    /** A run that waits for its turn. */
    public CascadeRun(CascadeRequest request) {
        this.state = new Waiting(request);
    }

    /** Takes an event and returns the effects to perform. */
    public List<Effect> on(Event event) {
        Turn turn = event.reach(state);
        state = turn.next();
        return turn.effects();
    }

    /** Returns the state of the request. */
    public State state() {
        return state;
    }
}
