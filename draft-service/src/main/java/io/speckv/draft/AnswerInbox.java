package io.speckv.draft;

import io.speckv.kit.failure.RequestException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The answer of a target as its tokens come, for the thread that drafts. Thread-safe. */
final class AnswerInbox {
    private static final int[] NOTHING = {};

    private final BlockingQueue<int[]> arrived = new LinkedBlockingQueue<>();
    private final int most;
    private int received;
    private volatile boolean complete;

    /**
     * @param most tokens that are of use; a longer answer is the end of drafting
     */
    AnswerInbox(int most) {
        this.most = most;
    }

    /**
     * Adds the next tokens.
     *
     * @param firstIndex place in the answer of the first: as many as came before
     * @throws RequestException if the place is another
     */
    synchronized void add(int firstIndex, int[] tokens) {
        if (complete) {
            return;
        }
        if (firstIndex != received) {
            throw RequestException.invalidField(
                    "answered.first_index",
                    "is " + Integer.toUnsignedString(firstIndex) + ", must be " + received
                            + ", the number of tokens before");
        }
        if (tokens.length > most - received) {
            complete();
        } else if (tokens.length > 0) {
            received += tokens.length;
            arrived.add(tokens);
        }
    }

    /** Nothing more is to be drafted. */
    synchronized void complete() {
        if (!complete) {
            complete = true;
            arrived.add(NOTHING);
        }
    }

    boolean isComplete() {
        return complete;
    }

    /** Returns the next tokens; none if none came within a time. */
    int[] next(long nanos) {
        try {
            int[] tokens = arrived.poll(nanos, TimeUnit.NANOSECONDS);
            return tokens == null ? NOTHING : tokens;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            complete = true;
            return NOTHING;
        }
    }
}
