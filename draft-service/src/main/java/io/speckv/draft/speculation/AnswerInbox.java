package io.speckv.draft.speculation;

import io.speckv.kit.failure.RequestException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The tokens of a target's answer as they arrive, for the draft that speculates on the next ones. Thread-safe. */
public final class AnswerInbox {
    private static final int[] NOTHING = {};

    private final Queue<int[]> arrived = new ConcurrentLinkedQueue<>();
    private final int most;
    private int received;
    private volatile boolean complete;

    /** @param most answer tokens that are of use; a longer answer ends drafting */
    public AnswerInbox(int most) {
        this.most = most;
    }

    /**
     * Adds the next tokens.
     *
     * @param firstIndex place of the first token in the answer; must be the number of tokens before
     * @throws RequestException if the place is a different one
     */
    public synchronized void add(int firstIndex, int[] tokens) {
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

    /** Tells that no more tokens must be drafted. */
    public void complete() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /** Returns the next tokens that arrived, and empty if there are none. */
    int[] next() {
        int[] tokens = arrived.poll();
        return tokens == null ? NOTHING : tokens;
    }
}
