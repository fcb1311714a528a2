package io.speckv.serving.batch;

import io.speckv.engine.CancelledException;
import io.speckv.engine.YieldPoint;
import io.speckv.kit.settings.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous batching: one thread owns the model, and all running requests go through the model together, one step each in
 * every round. Requests join after their prefill and leave when they end, in any round. Between its row blocks a prefill
 * gives way to decode steps, so that a long prompt does not stall running requests, and to prefills of much shorter prompts,
 * so that these need not wait. A request that has to wait for something outside delays no other request.
 *
 * <p>After an unexpected failure the engine {@linkplain BatchStep#works asks} whether the model still works. A GPU fails
 * every call after an illegal access, so in that case the engine ends, and with it the process. They also end
 * {@linkplain BatchTerms#hangLimit after a while} if a call to the device never returns.
 *
 * <p>A request's resources are released exactly once, on the engine's thread, however the request ends. There are two
 * exceptions. A request that is submitted after that thread has ended fails on the submitting thread. A request that had not
 * begun when a device hung fails on the thread that noticed.
 *
 * @param <R> the requests
 */
public final class BatchEngine<R extends BatchedRequest> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchEngine.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A prompt may overtake if it is this many times shorter. So prefills nest only a few levels deep. */
    private static final int SHORTER = 4;

    private final Supplier<RuntimeException> stopped;
    private final Consumer<String> onDeath;
    private final DecodeRounds<R> rounds;
    private final Queue<R> arrived = new ConcurrentLinkedQueue<>();
    private final List<R> ready = new ArrayList<>();
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private final HangWatch watch;
    private final AtomicBoolean dead = new AtomicBoolean();
    private volatile boolean closing;
    private volatile @Nullable Throwable deadly;

    /**
     * Starts the engine's thread.
     *
     * @param name of the thread
     * @param step runs a step of the model
     * @param stopped makes the failure for requests that are not done when the engine ends
     * @param onDeath called once with the reason if a failure or a hanging device ends the engine; no request is taken from
     *     then on
     */
    public BatchEngine(
            String name,
            BatchStep<R> step,
            BatchTerms terms,
            Supplier<RuntimeException> stopped,
            Consumer<String> onDeath) {
        this(name, step, terms, stopped, onDeath, new HangWatch(terms.hangLimit()));
    }

    BatchEngine(
            String name,
            BatchStep<R> step,
            BatchTerms terms,
            Supplier<RuntimeException> stopped,
            Consumer<String> onDeath,
            HangWatch watch) {
        this.rounds = new DecodeRounds<>(step, terms.decodeShare(), stopped);
        this.stopped = stopped;
        this.onDeath = onDeath;
        this.thread = new Thread(this::run, name);
        this.watch = watch;
        watch.start(name + "-watch", () -> hung(terms.hangLimit()));
        thread.start();
    }

    /** Returns whether the engine is ending or has ended. A request that is submitted now fails. */
    public boolean isClosing() {
        return closing;
    }

    /** Takes a request that may begin at once. The request itself reports its results. Callable from any thread. */
    public void submit(R request) {
        arrived.add(request);
        wake();
        if (closing) {
            failArrived();
        }
    }

    /** Wakes the engine because a request is over, ready, or need not wait any longer. Cheap; callable from any thread. */
    public void wake() {
        news.release();
    }

    private void run() {
        try {
            while (!closing) {
                watch.beat();
                takeArrived();
                ready.removeIf(DecodeRounds::failIfOver);
                rounds.settleAll();
                boolean busy = prefillNext(Integer.MAX_VALUE);
                busy |= rounds.step();
                if (!busy) {
                    await();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("the engine's thread was interrupted and ends");
        } catch (RuntimeException | Error e) {
            LOG.error("the engine's thread failed and ends", e);
            deadly = e;
        } finally {
            watch.close();
            closing = true;
            ready.forEach(request -> DecodeRounds.fail(request, stopped.get()));
            rounds.failAll(stopped.get());
            failArrived();
        }
        if (deadly != null) {
            die("the engine has ended");
        }
    }

    /**
     * Requests that the thread holds are not failed here. They belong to it until the hanging call returns, which may never
     * happen.
     */
    private void hung(Duration limit) {
        Exception place = new Exception("the engine's thread is here");
        place.setStackTrace(thread.getStackTrace());
        LOG.atError()
                .addKeyValue("hang-limit", DurationText.of(limit))
                .setCause(place)
                .log("the engine's thread makes no progress");
        closing = true;
        failArrived();
        die("the device has not answered for " + limit.toMillis() + " ms");
    }

    /** Reports a death only once, because a hanging call may still return with an error after the engine was given up. */
    private void die(String why) {
        if (!dead.getAndSet(true)) {
            onDeath.accept(why);
        }
    }

    /** Fails requests that arrive when the engine has ended. It loops because a failure may admit the next request. */
    private void failArrived() {
        for (R next = arrived.poll(); next != null; next = arrived.poll()) {
            DecodeRounds.fail(next, stopped.get());
        }
    }

    private void takeArrived() {
        for (R next = arrived.poll(); next != null; next = arrived.poll()) {
            ready.add(next);
        }
    }

    /**
     * Prefills the first request that need not wait any longer, and returns whether there was one. Requests whose prompt is
     * partly read come first.
     *
     * @param mostTokens most unread tokens of its prompt
     */
    private boolean prefillNext(int mostTokens) {
        long now = System.nanoTime();
        for (int i = 0; i < ready.size(); i++) {
            R next = ready.get(i);
            if (next.unreadTokens() <= mostTokens && next.nanosToWait(now) <= 0) {
                prefill(ready.remove(i));
                return true;
            }
        }
        return false;
    }

    private void prefill(R request) {
        try {
            if (!request.prefill(new BetweenBlocks(request))) {
                ready.add(0, request);
                return;
            }
        } catch (RuntimeException e) {
            RuntimeException failure = rounds.told(e);
            DecodeRounds.fail(request, failure);
            DecodeRounds.requireModel(e, failure);
            return;
        } catch (Error e) {
            DecodeRounds.fail(request, e);
            throw e;
        }
        rounds.join(request);
    }

    /** The pause between two row blocks of a prefill, in which other requests take their turn. */
    private final class BetweenBlocks implements YieldPoint {
        private final R request;
        private final int tokens;
        private final long began = System.nanoTime();
        private long overtakenNanos;

        BetweenBlocks(R request) {
            this.request = request;
            this.tokens = request.unreadTokens();
        }

        @Override
        public void pause() {
            watch.beat();
            endIfOver();
            rounds.stepIfDue();
            overtake();
            endIfOver();
        }

        private void endIfOver() {
            if (request.isOver()) {
                throw new CancelledException("the forward pass");
            }
        }

        /** Short prompts get at most as much time as the long one has had, so that a stream of them does not starve it. */
        private void overtake() {
            takeArrived();
            ready.removeIf(DecodeRounds::failIfOver);
            long now = System.nanoTime();
            if (overtakenNanos <= now - began - overtakenNanos && prefillNext(tokens / SHORTER)) {
                overtakenNanos += System.nanoTime() - now;
            }
        }
    }

    private void await() throws InterruptedException {
        watch.rest();
        long now = System.nanoTime();
        long least = ready.stream()
                .mapToLong(request -> request.nanosToWait(now))
                .min()
                .orElse(IDLE_NANOS);
        if (news.tryAcquire(Math.min(least, IDLE_NANOS), TimeUnit.NANOSECONDS)) {
            news.drainPermits();
        }
    }

    /**
     * Stops the engine after the current step. Requests that are not done fail. Does not return while the device hangs.
     *
     * @throws IllegalStateException if a failure had already ended the engine
     */
    @Override
    public void close() {
        closing = true;
        wake();
        join();
        failArrived();
        if (deadly != null) {
            throw new IllegalStateException("the engine's thread had ended with a failure", deadly);
        }
    }

    /** Waits without interruption, because the model that the thread uses is about to be closed. */
    private void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
