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
     * Feeds every request of a batch its next tokens, and returns what each request then does with its part of the result, in
     * the order of the batch. The result for one request does not depend on the others. If this throws, the whole batch
     * fails; if what it returns for a request throws, that request fails.
     */
    List<Runnable> run(List<R> batch);

    /** Returns whether the model can still be used. Called after an unexpected failure. */
    boolean works();
}
