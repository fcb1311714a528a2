package io.speckv.engine.sampling;

/**
 * What a request changes in single logits before a token is chosen, in the order of the components: a bias is added, then a
 * repetition penalty divides what is positive and multiplies what is negative, then an amount is subtracted. Most tokens are
 * not in it.
 *
 * @param tokens the ids whose logits change, each once, ascending {@code [changes]}
 * @param biases added first; negative infinity forbids the token {@code [changes]}
 * @param repetitions penalty for tokens that occurred, above 0; 1 is none {@code [changes]}
 * @param subtracted presence and frequency penalties together {@code [changes]}
 */
@SuppressWarnings("ArrayRecordComponent") // Made once per token and never compared.
public record LogitChanges(int[] tokens, float[] biases, double[] repetitions, float[] subtracted) {
    static final LogitChanges NONE = new LogitChanges(new int[0], new float[0], new double[0], new float[0]);

    /** Returns the changed logits: a copy, or the same array if nothing changes. */
    float[] applied(float[] logits) {
        if (tokens.length == 0) {
            return logits;
        }
        float[] changed = logits.clone();
        for (int i = 0; i < tokens.length; i++) {
            // Some models name end tokens that are not in their vocabulary.
            if (tokens[i] < changed.length) {
                changed[tokens[i]] = applied(changed[tokens[i]], i);
            }
        }
        return changed;
    }

    private float applied(float logit, int i) {
        if (biases[i] == Float.NEGATIVE_INFINITY) {
            return Float.NEGATIVE_INFINITY;
        }
        float biased = logit + biases[i];
        return (float) (biased > 0 ? biased / repetitions[i] : biased * repetitions[i]) - subtracted[i];
    }
}
