package io.speckv.engine.sampling;

import io.speckv.engine.NonFiniteException;

/**
 * The choice of one token before its logits are known.
 *
 * @param changes of single logits
 * @param settings temperature, filters, and the log probabilities to report
 * @param point in [0, 1), where the token is drawn if the tokens' probabilities are laid end to end in order of ids
 */
public record TokenDraw(LogitChanges changes, SamplingSettings settings, double point) {
    /** Returns whether the likeliest token is taken, and nothing is drawn. */
    public boolean isGreedy() {
        return settings.temperature() == 0;
    }

    /**
     * Returns the token.
     *
     * @param logits {@code [vocabSize]}, borrowed
     * @throws NonFiniteException if a logit is NaN, or the likeliest is infinite
     */
    int token(float[] logits) {
        float[] changed = changes.applied(logits);
        return isGreedy()
                ? Distribution.likeliest(changed)
                : Distribution.of(changed, settings).tokenAt(point);
    }

    /** Returns the probability with which each token is chosen {@code [vocabSize]}; throws as {@link #token} does. */
    float[] probabilities(float[] logits) {
        float[] changed = changes.applied(logits);
        if (isGreedy()) {
            float[] certain = new float[logits.length];
            certain[Distribution.likeliest(changed)] = 1;
            return certain;
        }
        return Distribution.of(changed, settings).probabilities(logits.length);
    }
}
