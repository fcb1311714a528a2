package io.speckv.serving.batch;

import java.util.List;

/**
 * Runs one decode step of a model for several requests.
 *
 * @param <R> the requests
 */
public interface BatchStep<R extends BatchedRequest> {
    /**
     * Splits requests into batches that go through the model together.
     *
     * @param ready all requests of this round, at least one
     */
    List<List<R>> batches(List<R> ready);

    /**
     * Feeds every request of a batch its next tokens and returns the logits after them,
     * {@code [requests][tokens][vocabSize]}. The result for one request does not depend on the others. If it throws, the
     * whole batch fails.
     */
    float[][][] logits(List<R> batch);

    /** Returns whether the model can still be used. Called after an unexpected failure. */
    boolean works();
}
