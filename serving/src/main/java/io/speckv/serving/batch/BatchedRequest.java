package io.speckv.serving.batch;

import io.speckv.engine.YieldPoint;

/**
 * One request on its way through a {@link BatchEngine}: it waits, its prompt is read, then it takes part in decode steps
 * until it is finished. All methods are called on the engine's thread, but {@link #fail} where that has ended; none waits for
 * anything outside.
 */
public interface BatchedRequest {
    /** Returns whether the caller has left; the engine asks at every step and between the blocks of a prefill. */
    boolean isOver();

    /** Returns how many prompt tokens are still unread. */
    int unreadTokens();

    /**
     * Nanoseconds until there is something to do before the first decode step; at most 0 if that is now.
     *
     * @param now as {@link System#nanoTime} has it
     */
    long nanosToWait(long now);

    /**
     * Reads the prompt, or what is left of it.
     *
     * @param betweenBlocks where to pause between row blocks: there others take their turn
     * @return whether decode steps may follow; if not, the request waits again
     */
    boolean prefill(YieldPoint betweenBlocks);

    /** Returns whether the next decode step may include this request; a request that is not ready delays no other. */
    boolean isReady();

    /**
     * Takes what a step brought.
     *
     * @param logits that follow each token that was fed for this request, {@code [tokens][vocabSize]}
     */
    void take(float[][] logits);

    /** Returns whether the request needs no further step. */
    boolean isFinished();

    /** Ends a finished request: releases what it holds, then notifies its caller. */
    void finish();

    /** Ends a request that failed or is {@linkplain #isOver over}: releases what it holds, then notifies its caller. */
    void fail(Throwable failure);
}
