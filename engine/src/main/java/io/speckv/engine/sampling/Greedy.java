package io.speckv.engine.sampling;

import io.speckv.engine.NonFiniteException;

/** Chooses the most likely token. */
public final class Greedy {
    private Greedy() {}

    /**
     * Returns the index of the largest logit, of equal ones the lowest.
     *
     * @throws NonFiniteException if a logit is NaN
     */
    public static int token(float[] logits) {
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
            if (Float.isNaN(logits[i])) {
                throw new NonFiniteException("logits", i, logits[i]);
            }
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
