package io.speckv.kit.admission;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits up to a given number of running requests, lets a bounded number wait, and refuses all others at once with
 * QUEUE_FULL and the time after which to try again. Thread-safe.
 *
 * <p>Waiting requests are admitted by start-time fair queueing over length classes, one per power of two of prompt tokens:
 * classes that wait at the same time get equal numbers of prompt tokens, first come first served within a class. So after
 * one 32k-token prompt, thirty-two prompts of 1k run before the next of 32k. Short prompts never wait behind a burst of long
 * ones, and no stream of short ones starves a long one. Source: Goyal, Vin and Cheng, Start-time Fair Queueing (SIGCOMM
 * 1996).
 */
public final class Admission {
    private static final Duration RETRY_LEAST = Duration.ofMillis(100);
    private static final Duration RETRY_MOST = Duration.ofSeconds(30);
    /** Weight of the newest request in the running mean of the time that requests hold their permit. */
    private static final double MEAN_WEIGHT = 0.2;

    private final AdmissionLimits limits;
    private final LongSupplier nanoTime;
    private final FairQueue waiting = new FairQueue();
    /** Requests that count as running and were not told yet. */
    private final ArrayDeque<FairQueue.Entry> turns = new ArrayDeque<>();

    /** Whether a thread tells requests their turn at this moment. */
    private final ThreadLocal<Boolean> telling = ThreadLocal.withInitial(() -> false);

    private int running;
    private double meanHoldNanos = RETRY_LEAST.toNanos();

    public Admission(AdmissionLimits limits) {
        this(limits, System::nanoTime);
    }

    Admission(AdmissionLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns a future that completes when the request may run, at once if there is room. Cancelling it gives up the place
     * in the queue. A permit that was granted before must still be closed.
     *
     * @param promptTokens cost of the request: at least 1
     * @throws RequestException with QUEUE_FULL if the request may not even wait
     */
    public CompletableFuture<Permit> admit(int promptTokens) {
        if (promptTokens < 1) {
            throw new IllegalArgumentException("prompt tokens are " + promptTokens + ", must be at least 1");
        }
        FairQueue.Entry entry;
        synchronized (this) {
            if (running < limits.running() && waiting.isEmpty()) {
                running++;
                return CompletableFuture.completedFuture(permit());
            }
            boolean tooMany = waiting.size() >= limits.queued();
            boolean tooLong = !waiting.isEmpty() && waiting.tokens() + promptTokens > limits.queuedTokens();
            if (tooMany || tooLong) {
                throw refused();
            }
            entry = waiting.add(promptTokens);
        }
        // A cancelled request leaves the queue at once, so that it does not count against the limits.
        var unused = entry.future().whenComplete((permit, thrown) -> {
            if (thrown != null) {
                withdraw(entry);
            }
        });
        return entry.future();
    }

    /** Returns how many requests wait. */
    public synchronized int queued() {
        return waiting.size();
    }

    /** Returns how many prompt tokens wait. */
    public synchronized long queuedTokens() {
        return waiting.tokens();
    }

    /** Returns how many requests run. */
    public synchronized int running() {
        return running;
    }

    private synchronized void withdraw(FairQueue.Entry entry) {
        waiting.remove(entry);
    }

    private RequestException refused() {
        double rounds = (waiting.size() + 1.0) / limits.running();
        long wait = Math.round(rounds * meanHoldNanos);
        long bounded = Math.min(RETRY_MOST.toNanos(), Math.max(RETRY_LEAST.toNanos(), wait));
        return RequestException.of(
                        FailureCode.QUEUE_FULL,
                        "%d requests with %d prompt tokens wait, limits are %d and %d"
                                .formatted(waiting.size(), waiting.tokens(), limits.queued(), limits.queuedTokens()))
                .retryAfter(Duration.ofMillis(bounded / 1_000_000));
    }

    private Permit permit() {
        long since = nanoTime.getAsLong();
        return new Permit(() -> giveBack(nanoTime.getAsLong() - since));
    }

    private void giveBack(long heldNanos) {
        synchronized (this) {
            running--;
            meanHoldNanos += MEAN_WEIGHT * (heldNanos - meanHoldNanos);
            while (running < limits.running() && !waiting.isEmpty()) {
                running++;
                turns.add(waiting.poll());
            }
        }
        // A request that fails at once gives its permit back in here: told in a call of its own, the stack would grow
        // as long as
        // the queue.
        if (!telling.get()) {
            telling.set(true);
            try {
                tell();
            } finally {
                telling.remove();
            }
        }
    }

    /** Tells requests that they may run, those that get their turn meanwhile too. */
    private void tell() {
        FairQueue.Entry next = nextTurn();
        while (next != null) {
            Permit permit = permit();
            if (!next.future().complete(permit)) {
                permit.close(); // cancelled after the poll, so the next request runs
            }
            next = nextTurn();
        }
    }

    private synchronized FairQueue.@Nullable Entry nextTurn() {
        return turns.poll();
    }
}
