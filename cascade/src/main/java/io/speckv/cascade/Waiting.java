package io.speckv.cascade;

/** The request waits for its turn. */
record Waiting(CascadeRequest request) implements State {
    @Override
    public Turn admitted() {
        return Scoring.begin(request);
    }
}
