package io.speckv.serving.batch;

import io.speckv.engine.YieldPoint;

/**
 * One request on its way through a {@link BatchEngine}: it waits, its prompt is read, then it takes part in decode steps
 * until it is finished. All methods are called on the engine's thread; only {@link #fail} may be called on another thread,
 * if the engine's has ended or hangs. No method waits for anything outside.
 */
public interface BatchedRequest {
    /** Returns whether the caller has left; the engine asks at every step and between the blocks of a prefill. */
    boolean isOver();

    /** Returns how many prompt tokens are still unread. */
    int unreadTokens();

    /**
     * Returns the nanoseconds until there is work to do before the first decode step; at most 0 if there is work now.
     *
     * @param now the time by {@link System#nanoTime}
     */
    long nanosToWait(long now);

    /**
     * Reads the prompt, or the rest of it.
     *
     * @param betweenBlocks where to pause between row blocks, so that other requests take their turn
     * @return whether decode steps may follow; if not, the request waits again
     */
    boolean prefill(YieldPoint betweenBlocks);

    /** Returns whether the next decode step may include this request. A request that is not ready delays no other. */
    boolean isReady();

    /** Returns whether the request needs no further step. */
    boolean isFinished();

    /** Ends a finished request: releases its resources, then notifies its caller. */
    void finish();

    /** Ends a request that failed or is {@linkplain #isOver over}: releases its resources, then notifies its caller. */
    void fail(Throwable failure);
}
