package io.speckv.engine.sampling;

import io.speckv.engine.NonFiniteException;
import io.speckv.selection.TopK;
import io.speckv.selection.Window;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The tokens that may be drawn and how likely each is.
 *
 * <p>Shaped in Hugging Face's order: temperature, top-k, top-p of what top-k left, min-p. Of equally likely tokens the
 * lower ids stay. Only tokens that are kept are ever sorted: time is linear in the vocabulary.
 */
final class Distribution {
    /** exp of less is beyond the precision of a sum with 1 over any vocabulary. */
    private static final double EXPONENT_MIN = -50;

    private static final int RANKED_FIRST = 128;
    private static final int RANKED_GROWTH = 8;

    private final int[] tokens;
    private final double[] weights;
    private final double total;

    private Distribution(int[] tokens, double[] weights) {
        this.tokens = tokens;
        this.weights = weights;
        this.total = Arrays.stream(weights).sum();
    }

    /**
     * Returns the distribution that the settings, whose temperature is not 0, make of logits.
     *
     * @throws NonFiniteException if a logit is NaN or positive infinity, or all are negative infinity
     */
    static Distribution of(float[] logits, SamplingSettings settings) {
        float highest = highest(logits);
        int[] tokens = settings.topK() == 0 || settings.topK() >= logits.length
                ? Window.range(0, logits.length)
                : TopK.ascending(logits, settings.topK());
        Distribution shaped = new Distribution(tokens, weights(logits, tokens, highest, settings.temperature()));
        if (settings.topP() < 1) {
            shaped = shaped.nucleus(logits, settings.topP());
        }
        return settings.minP() > 0 ? shaped.atLeast(settings.minP()) : shaped;
    }

    /** Returns the distribution over all tokens that gives each its share of the weights, none of them negative. */
    static Distribution proportionalTo(float[] weights) {
        double[] wide = new double[weights.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = weights[i];
        }
        return new Distribution(Window.range(0, wide.length), wide);
    }

    /** Returns the token at a point from 0 to below 1 of the tokens laid end to end in order of their ids. */
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

    private Distribution nucleus(float[] logits, double mass) {
        float[] own = new float[tokens.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = logits[tokens[i]];
        }
        for (int count = RANKED_FIRST; ; count *= RANKED_GROWTH) {
            int[] ranked = TopK.ranked(own, Math.min(count, own.length));
            double reached = 0;
            for (int i = 0; i < ranked.length; i++) {
                reached += weights[ranked[i]];
                if (reached >= mass * total || i == own.length - 1) {
                    return subset(Window.sorted(ranked, i + 1));
                }
            }
        }
    }

    private Distribution atLeast(double share) {
        // The most likely token has weight 1.
        return subset(IntStream.range(0, tokens.length)
                .filter(i -> weights[i] >= share)
                .toArray());
    }

    private Distribution subset(int[] kept) {
        return new Distribution(
                Arrays.stream(kept).map(i -> tokens[i]).toArray(),
                Arrays.stream(kept).mapToDouble(i -> weights[i]).toArray());
    }

    private static double[] weights(float[] logits, int[] tokens, float highest, double temperature) {
        double[] weights = new double[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            double exponent = ((double) logits[tokens[i]] - highest) / temperature;
            weights[i] = exponent < EXPONENT_MIN ? 0 : Math.exp(exponent);
        }
        return weights;
    }

    private static float highest(float[] logits) {
        int best = Greedy.token(logits);
        if (Float.isInfinite(logits[best])) {
            throw new NonFiniteException("logits", best, logits[best]);
        }
        return logits[best];
    }
}
