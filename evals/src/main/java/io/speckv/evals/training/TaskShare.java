package io.speckv.evals.training;

/**
 * How often each task is drawn; shares are relative, their sum need not be 1.
 *
 * @param copying random tokens of which later stretches repeat earlier ones
 * @param single needles with up to eight questions for one value each
 * @param multivalue one question for all values of a key
 * @param multiquery one question for several keys
 * @param tracing RULER's variable tracking with one question
 */
public record TaskShare(double copying, double single, double multivalue, double multiquery, double tracing) {
    public TaskShare {
        double[] shares = {copying, single, multivalue, multiquery, tracing};
        double total = 0;
        for (double share : shares) {
            if (!(share >= 0) || Double.isInfinite(share)) {
                throw new IllegalArgumentException("a task share is " + share + ", must be 0 or more");
            }
            total += share;
        }
        if (total == 0) {
            throw new IllegalArgumentException("all task shares are 0, at least one must be more");
        }
    }

    /** Returns nine in ten copying sequences, for the time until copying is learned. */
    public static TaskShare copyingFirst() {
        return new TaskShare(0.9, 0.1, 0, 0, 0);
    }

    /** Returns one in ten copying sequences among retrieval of every kind. */
    public static TaskShare retrieval() {
        return new TaskShare(0.1, 0.6, 0.12, 0.12, 0.06);
    }
}
