package io.speckv.training;

/**
 * How far a run has come when it ends.
 *
 * @param seen tokens trained on, over all processes
 * @param tokens of the run's settings
 * @param steps updates of the weights, over all processes
 * @param stopped whether someone asked it to stop, so that nothing was measured or exported at the end
 */
public record RunEnd(long seen, long tokens, int steps, boolean stopped) {
    /** Returns whether nothing is left to go on with. */
    public boolean isComplete() {
        return seen >= tokens && !stopped;
    }
}
