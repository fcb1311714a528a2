package io.speckv.training.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences of one length, with the weight of each token as a token to predict.
 *
 * @param tokens ids `[sequences, tokens]`; borrowed
 * @param weights `[sequences, tokens]`, not negative: weight of predicting token j from the tokens before it, so the first
 *     of a sequence must have 0; at least one is positive; borrowed
 */
@SuppressWarnings("ArrayRecordComponent") // Only handed over, never compared.
public record WeightedTokens(int[][] tokens, float[][] weights) {
    public WeightedTokens {
        if (tokens.length == 0 || tokens.length != weights.length) {
            throw new IllegalArgumentException("tokens and weights must be of as many sequences, at least 1, not "
                    + tokens.length + " and " + weights.length);
        }
        double sum = 0;
        for (int i = 0; i < tokens.length; i++) {
            sum += checkedSum(tokens, weights, i);
        }
        if (!(sum > 0)) {
            throw new IllegalArgumentException("weights are all 0; at least one must be positive");
        }
    }

    /** Returns sequences with weight 1 on tokens [from, length) of each. */
    public static WeightedTokens from(int[][] tokens, int from) {
        float[][] weights = new float[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            weights[i] = new float[tokens[i].length];
            Arrays.fill(weights[i], from, tokens[i].length, 1);
        }
        return new WeightedTokens(tokens, weights);
    }

    /** Returns how many tokens all sequences have together. */
    public int count() {
        return tokens.length * length();
    }

    /** Returns how many tokens each sequence has. */
    public int length() {
        return tokens[0].length;
    }

    /** Returns the sum of all weights. */
    double sum() {
        double sum = 0;
        for (float[] row : weights) {
            for (float weight : row) {
                sum += weight;
            }
        }
        return sum;
    }

    /**
     * Returns these sequences as batches of at most {@code most} predicted tokens, or of one sequence that has more. If
     * there is more than one batch, batches that predict nothing are left out.
     */
    List<WeightedTokens> parts(long most) {
        if (predicted() <= most) {
            return List.of(this);
        }
        List<WeightedTokens> parts = new ArrayList<>();
        int first = 0;
        while (first < tokens.length) {
            int end = first + 1;
            int count = predicted(first);
            while (end < tokens.length && count + predicted(end) <= most) {
                count += predicted(end++);
            }
            if (count > 0) {
                parts.add(new WeightedTokens(
                        Arrays.copyOfRange(tokens, first, end), Arrays.copyOfRange(weights, first, end)));
            }
            first = end;
        }
        return parts;
    }

    /** Returns the places whose next token has positive weight, in the sequences laid end to end. */
    long[] places() {
        long[] places = new long[predicted()];
        int next = 0;
        for (int i = 0; i < tokens.length; i++) {
            for (int j = 1; j < length(); j++) {
                if (weights[i][j] > 0) {
                    places[next++] = (long) i * length() + j - 1;
                }
            }
        }
        return places;
    }

    /** Returns the token at each of {@link #places}. */
    long[] expected() {
        long[] expected = new long[predicted()];
        int next = 0;
        for (int i = 0; i < tokens.length; i++) {
            for (int j = 1; j < length(); j++) {
                if (weights[i][j] > 0) {
                    expected[next++] = tokens[i][j];
                }
            }
        }
        return expected;
    }

    /** Returns the weight at each of {@link #places}, as shares that sum to 1. */
    float[] shares() {
        double sum = sum();
        float[] shares = new float[predicted()];
        int next = 0;
        for (float[] row : weights) {
            for (float weight : row) {
                if (weight > 0) {
                    shares[next++] = (float) (weight / sum);
                }
            }
        }
        return shares;
    }

    long[] flatTokens() {
        long[] flat = new long[count()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = tokens[i / length()][i % length()];
        }
        return flat;
    }

    private int predicted() {
        int count = 0;
        for (int i = 0; i < weights.length; i++) {
            count += predicted(i);
        }
        return count;
    }

    private int predicted(int sequence) {
        int count = 0;
        for (float weight : weights[sequence]) {
            count += weight > 0 ? 1 : 0;
        }
        return count;
    }

    private static double checkedSum(int[][] tokens, float[][] weights, int sequence) {
        int length = tokens[0].length;
        if (length < 2 || tokens[sequence].length != length || weights[sequence].length != length) {
            throw new IllegalArgumentException(
                    "sequence " + sequence + " has " + tokens[sequence].length + " tokens and "
                            + weights[sequence].length + " weights; all must have the same number, at least 2");
        }
        double sum = 0;
        for (float weight : weights[sequence]) {
            if (!(weight >= 0) || Float.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "sequence " + sequence + " has weight " + weight + "; weights are finite and not negative");
            }
            sum += weight;
        }
        if (weights[sequence][0] > 0) {
            throw new IllegalArgumentException(
                    "sequence " + sequence + " gives its first token a weight; nothing before it predicts it");
        }
        return sum;
    }
}
