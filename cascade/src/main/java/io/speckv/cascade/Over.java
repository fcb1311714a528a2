package io.speckv.cascade;

/** The request is over, and no event has an effect any more. */
record Over() implements State {
    @Override
    public Turn broke(Event.Broke event) {
        return Turn.to(this);
    }

    @Override
    public Turn clientLeft() {
        return Turn.to(this);
    }
}
