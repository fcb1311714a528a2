package io.speckv.engine.sampling;

import io.speckv.engine.NonFiniteException;
import io.speckv.selection.TopK;

/**
 * How likely the model found a token and its alternatives, in natural logarithms. They are the model's own probabilities,
 * before temperature, penalties and filters.
 *
 * @param token the token chosen
 * @param logprob its log probability, at most 0
 * @param topTokens the most likely tokens, best first, the chosen one only if it is among them {@code [alternatives]}
 * @param topLogprobs their log probabilities {@code [alternatives]}
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once per token and never compared.
public record TokenLogprobs(int token, float logprob, int[] topTokens, float[] topLogprobs) {

    /**
     * Returns the log probabilities of logits.
     *
     * @param logits {@code [vocabSize]}
     * @param alternatives how many of the most likely tokens to report, at least 0
     * @throws NonFiniteException if a logit is NaN
     */
    public static TokenLogprobs of(float[] logits, int token, int alternatives) {
        double highest = logits[Greedy.token(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Exponential.of(logit - highest);
        }
        double normaliser = highest + Math.log(sum);
        int[] top = TopK.ranked(logits, Math.min(alternatives, logits.length));
        float[] topLogprobs = new float[top.length];
        for (int i = 0; i < top.length; i++) {
            topLogprobs[i] = (float) (logits[top[i]] - normaliser);
        }
        return new TokenLogprobs(token, (float) (logits[token] - normaliser), top, topLogprobs);
    }
}
