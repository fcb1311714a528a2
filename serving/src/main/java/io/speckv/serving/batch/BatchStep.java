package io.speckv.serving.batch;

import java.util.List;

/**
 * How a model takes one decode step for several requests.
 *
 * @param <R> the requests
 */
public interface BatchStep<R extends BatchedRequest> {
    /**
     * Parts requests into those that go through the model together.
     *
     * @param ready all that take part in this round, at least one
     */
    List<List<R>> batches(List<R> ready);

    /**
     * Feeds every request of a batch its next tokens and returns the logits that follow them, {@code
     * [requests][tokens][vocabSize]}. What comes out for one does not depend on the others. If it throws, the whole batch
     * fails.
     */
    float[][][] logits(List<R> batch);

    /** Returns whether the model can still be used, asked after an unexpected failure. */
    boolean works();
}
