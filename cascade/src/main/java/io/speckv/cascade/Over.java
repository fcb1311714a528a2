package io.speckv.cascade;

/** Nothing follows. */
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
