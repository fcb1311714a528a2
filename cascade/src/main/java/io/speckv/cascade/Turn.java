package io.speckv.cascade;

import java.util.ArrayList;
import java.util.List;

/**
 * The next state and the effects that an event leads to.
 *
 * @param effects to be performed in this order
 */
public record Turn(State next, List<Effect> effects) {
    public Turn {
        effects = List.copyOf(effects);
    }

    static Turn to(State next, Effect... effects) {
        return new Turn(next, List.of(effects));
    }

    /** Returns this with other effects in front. */
    Turn after(List<Effect> first) {
        List<Effect> all = new ArrayList<>(first);
        all.addAll(effects);
        return new Turn(next, all);
    }
}
