package io.speckv.training;

/**
 * How far a run has come when it ends.
 *
 * @param seen tokens trained on, over all processes
 * @param tokens of the run's settings
 * @param steps updates of the weights, over all processes
 */
public record RunEnd(long seen, long tokens, int steps) {
    /** Returns whether the tokens of the settings are used up, so that nothing is left to go on with. */
    public boolean isComplete() {
        return seen >= tokens;
    }
}
