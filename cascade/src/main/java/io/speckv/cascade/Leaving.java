package io.speckv.cascade;

/** All is said, well or badly; the client may still be taking it, and the request keeps its place until then. */
record Leaving() implements State {
    static Turn failing(Failure failure) {
        return Turn.to(new Leaving(), new Effect.Fail(failure));
    }

    @Override
    public Turn broke(Event.Broke event) {
        return Turn.to(this);
    }
}
