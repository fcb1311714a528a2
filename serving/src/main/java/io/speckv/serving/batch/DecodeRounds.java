package io.speckv.serving.batch;

import io.speckv.engine.CancelledException;
import io.speckv.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running requests. Each round takes one step for every request that is ready. Confined to one thread.
 *
 * @param <R> the requests
 */
final class DecodeRounds<R extends BatchedRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(DecodeRounds.class);

    private final BatchStep<R> step;
    private final Supplier<RuntimeException> stopped;
    private final double prefillPerDecode;
    private final List<R> running = new ArrayList<>();
    private long lastEnd;
    private long lastNanos;

    /** @param stopped makes the failure for requests that are not done when the model is lost */
    DecodeRounds(BatchStep<R> step, double decodeShare, Supplier<RuntimeException> stopped) {
        this.step = step;
        this.stopped = stopped;
        this.prefillPerDecode = (1 - decodeShare) / decodeShare;
    }

    /** Takes over a request whose prompt has been read; the request may already be finished. */
    void join(R request) {
        running.add(request);
        settle(request);
    }

    /** Takes a step for all requests that are ready, if decoding has not had its share of the time since the last step. */
    void stepIfDue() {
        if (!running.isEmpty() && System.nanoTime() - lastEnd >= lastNanos * prefillPerDecode) {
            settleAll();
            step();
        }
    }

    /** Takes one step for every request that is ready, and returns whether any was ready. */
    boolean step() {
        long started = System.nanoTime();
        List<R> ready = List.copyOf(running).stream().filter(this::isReady).toList();
        if (ready.isEmpty()) {
            return false;
        }
        step.batches(ready).forEach(this::step);
        lastEnd = System.nanoTime();
        lastNanos = lastEnd - started;
        return true;
    }

    private boolean isReady(R request) {
        try {
            return request.isReady();
        } catch (RuntimeException e) {
            leave(request, e);
            return false;
        }
    }

    private void step(List<R> batch) {
        List<Runnable> results;
        try {
            results = step.run(batch);
        } catch (RuntimeException e) {
            // The cache of every request in the batch is undefined now, so all of them fail.
            RuntimeException failure = told(e);
            batch.forEach(request -> leave(request, failure));
            requireModel(e, failure);
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            R request = batch.get(i);
            try {
                results.get(i).run();
            } catch (RuntimeException e) {
                RuntimeException failure = told(e);
                leave(request, failure);
                requireModel(e, failure);
                continue;
            }
            settle(request);
        }
    }

    /**
     * Returns the failure to report to a request that {@code thrown} ended. If the model is lost, it says that another
     * process may serve the request.
     */
    RuntimeException told(RuntimeException thrown) {
        boolean lost = thrown instanceof LostModelException || (!(thrown instanceof EngineException) && !step.works());
        return lost ? stopped.get() : thrown;
    }

    /**
     * Ends the engine if the model is lost.
     *
     * @param told the result of {@link #told} for {@code thrown}
     * @throws LostModelException if the model is lost
     */
    static void requireModel(RuntimeException thrown, RuntimeException told) {
        if (told != thrown) {
            throw thrown instanceof LostModelException lost ? lost : new LostModelException(thrown);
        }
    }

    /** Ends all requests that are over or finished. */
    void settleAll() {
        List.copyOf(running).forEach(this::settle);
    }

    private void settle(R request) {
        try {
            if (request.isOver()) {
                leave(request, new CancelledException("generation"));
            } else if (request.isFinished()) {
                running.remove(request);
                guarded(request::finish);
            }
        } catch (RuntimeException e) {
            leave(request, e);
        }
    }

    void failAll(RuntimeException failure) {
        List.copyOf(running).forEach(request -> leave(request, failure));
    }

    private void leave(R request, RuntimeException failure) {
        running.remove(request);
        fail(request, failure);
    }

    /** Ends a request if its caller has left, and returns whether it did. */
    static boolean failIfOver(BatchedRequest request) {
        boolean over = request.isOver();
        if (over) {
            fail(request, new CancelledException("generation"));
        }
        return over;
    }

    static void fail(BatchedRequest request, Throwable failure) {
        guarded(() -> request.fail(failure));
    }

    /** A request that fails while it ends must not end the engine. */
    private static void guarded(Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException e) {
            LOG.error("a request's end could not be told", e);
        }
    }
}
