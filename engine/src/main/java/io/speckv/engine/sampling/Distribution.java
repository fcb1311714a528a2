package io.speckv.engine.sampling;

import io.speckv.engine.NonFiniteException;
import io.speckv.selection.TopK;
import io.speckv.selection.TopMass;
import io.speckv.selection.Window;
import java.util.Arrays;

/**
 * The tokens that may be drawn, and the probability of each.
 *
 * <p>It is shaped in Hugging Face's order: temperature, top-k, top-p of the tokens that top-k left, min-p. Of equally likely
 * tokens the lower ids stay. Nothing is sorted: time is linear in the vocabulary.
 */
final class Distribution {
    private final int[] tokens;
    private final double[] weights;
    private final double total;

    private Distribution(int[] tokens, double[] weights) {
        this.tokens = tokens;
        this.weights = weights;
        this.total = sum(weights);
    }

    /**
     * Returns the distribution of logits under the settings, whose temperature must not be 0.
     *
     * @throws NonFiniteException if a logit is NaN or positive infinity, or all are negative infinity
     */
    static Distribution of(float[] logits, SamplingSettings settings) {
        float highest = logits[likeliest(logits)];
        boolean all = settings.topK() == 0 || settings.topK() >= logits.length;
        int[] tokens = all ? Window.range(0, logits.length) : TopK.ascending(logits, settings.topK());
        float[] own = all ? logits : at(tokens, logits);
        Distribution shaped = new Distribution(tokens, Exponential.of(own, highest, settings.temperature()));
        if (settings.topP() < 1) {
            shaped = shaped.at(TopMass.ascending(own, shaped.weights, settings.topP() * shaped.total));
        }
        return settings.minP() > 0 ? shaped.at(shaped.atLeast(settings.minP())) : shaped;
    }

    /** Returns the token at a point in [0, 1) if the tokens' probabilities are laid end to end in order of ids. */
    int tokenAt(double point) {
        double left = point * total;
        int last = 0;
        for (int i = 0; i < tokens.length; i++) {
            if (weights[i] > 0) {
                last = i;
                left -= weights[i];
                if (left < 0) {
                    return tokens[i];
                }
            }
        }
        return tokens[last];
    }

    /** Returns the probability of every token {@code [vocabSize]}. */
    float[] probabilities(int vocabSize) {
        float[] probabilities = new float[vocabSize];
        for (int i = 0; i < tokens.length; i++) {
            probabilities[tokens[i]] = (float) (weights[i] / total);
        }
        return probabilities;
    }

    /** Returns the places of the tokens whose weight is at least {@code share}. The most likely token has weight 1. */
    private int[] atLeast(double share) {
        int[] likely = new int[tokens.length];
        int count = 0;
        for (int i = 0; i < tokens.length; i++) {
            if (weights[i] >= share) {
                likely[count++] = i;
            }
        }
        return Arrays.copyOf(likely, count);
    }

    /** Returns the distribution over the tokens at these places alone. */
    private Distribution at(int[] places) {
        int[] left = new int[places.length];
        double[] leftWeights = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            left[i] = tokens[places[i]];
            leftWeights[i] = weights[places[i]];
        }
        return new Distribution(left, leftWeights);
    }

    private static float[] at(int[] tokens, float[] logits) {
        float[] own = new float[tokens.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = logits[tokens[i]];
        }
        return own;
    }

    private static double sum(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        return sum;
    }

    /**
     * Returns the token of the highest logit, of equal ones the lowest id.
     *
     * @throws NonFiniteException if a logit is NaN, or the highest is infinite
     */
    static int likeliest(float[] logits) {
        int best = Greedy.token(logits);
        if (Float.isInfinite(logits[best])) {
            throw new NonFiniteException("logits", best, logits[best]);
        }
        return best;
    }
}
