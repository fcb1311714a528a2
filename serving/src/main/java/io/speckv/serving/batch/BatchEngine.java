package io.speckv.serving.batch;

import io.speckv.engine.CancelledException;
import io.speckv.engine.YieldPoint;
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
 * Continuous batching: one thread owns the model, and all running requests go through it together, one step each at every
 * round. Requests join after their prefill and leave when they end, at any round. Between its row blocks a prefill gives
 * way to decode steps, so that a long prompt does not stall what is running, and to prefills of much shorter prompts, so
 * that these need not wait for it. A request that has to wait for something outside does so beside the others; nobody
 * waits for it.
 *
 * <p>After an unexpected failure the model is {@linkplain BatchStep#works asked} whether it works at all: a GPU that met an
 * illegal access fails every later call, so the engine ends, and with it the process. A device that never comes back from a
 * call ends them as well, {@linkplain BatchTerms#hangLimit after a while}.
 *
 * <p>What a request holds is released once, however it ends, on the engine's thread; a request that comes when that has
 * ended fails on the thread that brings it, and one that had not begun when a device hung, on the thread that noticed.
 *
 * @param <R> the requests
 */
public final class BatchEngine<R extends BatchedRequest> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchEngine.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A prompt this many times shorter may overtake, so that prefills nest only a few levels deep. */
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
     * @param step how the model takes a step
     * @param stopped makes the failure of requests that outlive the engine
     * @param onDeath is told why, once, if a failure or a hanging device ends the engine; nothing is taken from then on
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

    /** Returns whether the engine ends or has ended; what is submitted now fails. */
    public boolean isClosing() {
        return closing;
    }

    /** Takes a request that may begin now; the request itself reports its results. Callable from any thread. */
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

    /** What the thread holds is its own until the call that hangs comes back, which may be never. */
    private void hung(Duration limit) {
        Exception place = new Exception("the engine's thread is here");
        place.setStackTrace(thread.getStackTrace());
        LOG.atError().addKeyValue("hang-limit", limit).setCause(place).log("the engine's thread makes no progress");
        closing = true;
        failArrived();
        die("the device has not answered for " + limit.toMillis() + " ms");
    }

    /** A call that hung may come back with an error, after its engine was given up. */
    private void die(String why) {
        if (!dead.getAndSet(true)) {
            onDeath.accept(why);
        }
    }

    /** The engine is gone, so these requests fail; one failure may admit the next request. */
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
     * Prefills the first request that need not wait any longer, those first that waited with a part of their prompt read;
     * returns whether there was one.
     *
     * @param mostTokens of its prompt that are still to be read
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

    /** The pause between the row blocks of a prefill, in which the others take their turn. */
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

        /** Short prompts get at most as much time as the long one, so that a stream of them does not starve it. */
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
     * Stops the engine after the step it is in; requests that are not done fail. Does not return while the device hangs.
     *
     * @throws IllegalStateException if a failure had ended it before
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
