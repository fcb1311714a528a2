package io.speckv.target.speculation;

import io.speckv.engine.generate.Answer;
import io.speckv.kit.failure.RequestException;
import java.util.Arrays;

/**
 * What a draft speculates that the answer will be, as far as it said. Only what follows exactly the answer so far is ever
 * verified; what was overtaken or contradicted is of no use. Thread-safe.
 */
public final class SpeculatedTokens {
    private final int[] tokens;
    private final int mostPerStep;
    private int size;
    /** Tokens that the answer has in common with these, as far as both were compared. */
    private int agreed;

    private int verified;
    private int accepted;

    /**
     * @param longest answer that is possible; 0 where the draft does not speculate, and then there is never anything to verify
     * @param mostPerStep tokens that one step verifies
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
     * Returns the tokens speculated to follow an answer that one step may verify; none where the answer is another.
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

    /** Returns the number of tokens that became part of the answer as speculated. */
    public synchronized int acceptedTokens() {
        return accepted;
    }
}
