package io.speckv.cascade;

/** The reply is complete, with success or failure. The request keeps its place until the client has taken the reply. */
record Leaving() implements State {
    static Turn failing(Failure failure) {
        return Turn.to(new Leaving(), new Effect.Fail(failure));
    }

    @Override
    public Turn broke(Event.Broke event) {
        return Turn.to(this);
    }
}
