package io.speckv.target;

import io.speckv.kit.failure.RequestException;
import java.util.Arrays;

/** The lookahead tokens of one request as they arrive, until the prefill takes them. Thread-safe. */
final class LookaheadInbox {
    private final int most;
    private int[] tokens = {};
    private boolean complete;
    private int taken = -1;
    private boolean late;

    /** @param most tokens that may arrive */
    LookaheadInbox(int most) {
        this.most = most;
    }

    /**
     * Adds the next tokens.
     *
     * @param firstIndex place of the first token in the answer; must be the number of tokens before
     * @param last whether no more follow
     * @param field path of the message in the request, for the failure
     * @throws RequestException if the place leaves a gap or the tokens are too many
     */
    synchronized void add(int firstIndex, int[] more, boolean last, String field) {
        if (firstIndex != tokens.length) {
            throw RequestException.invalidField(
                    field + ".first_index",
                    "is " + Integer.toUnsignedString(firstIndex) + ", must be " + tokens.length
                            + ", the number of tokens before");
        }
        if (tokens.length + more.length > most) {
            throw RequestException.invalidField(
                    field + ".token_ids",
                    "bring the lookahead to " + (tokens.length + more.length) + " tokens, must be at most " + most);
        }
        if (complete && more.length > 0) {
            throw RequestException.invalidField(field + ".token_ids", "came after the message that was the last");
        }
        int[] all = Arrays.copyOf(tokens, tokens.length + more.length);
        System.arraycopy(more, 0, all, tokens.length, more.length);
        tokens = all;
        complete |= last;
        late |= taken >= 0 && more.length > 0;
    }

    /** Tells that no more tokens will arrive. */
    synchronized void complete() {
        complete = true;
    }

    /** Returns how many tokens may arrive, including those that did. */
    int most() {
        return most;
    }

    /** Returns the number of tokens so far. */
    synchronized int size() {
        return tokens.length;
    }

    /** Returns the tokens so far, a copy. */
    synchronized int[] tokens() {
        return tokens.clone();
    }

    synchronized boolean isComplete() {
        return complete;
    }

    /** Returns the tokens so far; later ones count as late. */
    synchronized int[] take() {
        taken = tokens.length;
        return tokens();
    }

    /** Returns how many tokens {@link #take} returned; 0 before it was called. */
    synchronized int takenTokens() {
        return Math.max(0, taken);
    }

    /** Returns whether tokens arrived after {@link #take}. */
    synchronized boolean isLate() {
        return late;
    }
}
