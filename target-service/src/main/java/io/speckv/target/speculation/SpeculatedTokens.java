package io.speckv.target.speculation;

import io.speckv.engine.generate.Answer;
import io.speckv.kit.failure.RequestException;
import java.util.Arrays;

/**
 * The answer that a draft speculates on, as far as its tokens have arrived. Only tokens that follow exactly the answer so
 * far are verified. Tokens that the answer has overtaken or contradicted are of no use. Thread-safe.
 */
public final class SpeculatedTokens {
    private final int[] tokens;
    private final int mostPerStep;
    private int size;
    /** How many tokens the answer has in common with these, as far as they were compared. */
    private int agreed;

    private int verified;
    private int accepted;

    /**
     * @param longest possible answer; 0 if the draft does not speculate, and then there is never anything to verify
     * @param mostPerStep most tokens that one step verifies
     */
    public SpeculatedTokens(int longest, int mostPerStep) {
        this.tokens = new int[longest];
        this.mostPerStep = mostPerStep;
    }

    /** Returns whether the draft speculates. */
    public boolean isOn() {
        return tokens.length > 0;
    }

    /**
     * Replaces the tokens from a place on. Tokens after the longest possible answer are dropped.
     *
     * @param field path of the message in the request, for the failure
     * @throws RequestException if the place leaves a gap
     */
    public synchronized void replace(int firstIndex, int[] more, String field) {
        boolean beyond = size == tokens.length && Integer.compareUnsigned(firstIndex, size) >= 0;
        if (beyond) {
            return;
        }
        if (Integer.compareUnsigned(firstIndex, size) > 0) {
            throw RequestException.invalidField(
                    field + ".first_index",
                    "is " + Integer.toUnsignedString(firstIndex) + ", must be at most " + size
                            + ", the number of tokens expected so far");
        }
        int count = Math.min(more.length, tokens.length - firstIndex);
        System.arraycopy(more, 0, tokens, firstIndex, count);
        size = firstIndex + count;
        agreed = Math.min(agreed, firstIndex);
    }

    /**
     * Returns the speculated tokens after an answer that one step may verify; empty if the answer differs from the
     * speculated one.
     *
     * @param room most tokens that the step has room for
     */
    public synchronized int[] after(Answer answer, int room) {
        int known = answer.size();
        while (agreed < Math.min(size, known) && tokens[agreed] == answer.token(agreed)) {
            agreed++;
        }
        if (agreed < known) {
            return new int[0];
        }
        int most = Math.min(Math.min(mostPerStep, room), answer.tokensLeft() - 1);
        return Arrays.copyOfRange(tokens, known, Math.min(size, known + most));
    }

    /** Counts tokens that a step verified. */
    public synchronized void verified(int count, int acceptedOfThem) {
        verified += count;
        accepted += acceptedOfThem;
    }

    /** Returns the number of tokens that decode steps verified. */
    public synchronized int verifiedTokens() {
        return verified;
    }

    /** Returns the number of speculated tokens that became part of the answer. */
    public synchronized int acceptedTokens() {
        return accepted;
    }
}
