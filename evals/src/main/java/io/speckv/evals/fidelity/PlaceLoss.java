package io.speckv.evals.fidelity;

import io.speckv.engine.sampling.Greedy;

/**
 * What compression loses at one place of the full cache's answer.
 *
 * @param lost log-likelihood that the answer's token loses, in nats; below 0 where it gains
 * @param divergence Kullback-Leibler divergence of the next token's distribution from the full cache's, in nats, 0 or more;
 *     infinite where compression rules a token out that the full cache does not
 * @param equal whether compression would have chosen the token as well
 */
record PlaceLoss(double lost, double divergence, boolean equal) {
    /**
     * Returns the loss of a token that was read over both caches.
     *
     * @param full logits before it {@code [vocabSize]}
     * @param compressed logits before it, over the compressed prompt or cache
     * @throws io.speckv.engine.NonFiniteException if a logit is NaN
     */
    static PlaceLoss of(int token, float[] full, float[] compressed) {
        LogProbabilities expected = LogProbabilities.of(full);
        LogProbabilities found = LogProbabilities.of(compressed);
        return new PlaceLoss(
                expected.of(token) - found.of(token), expected.divergenceOf(found), Greedy.token(compressed) == token);
    }

    /** Log probabilities of all tokens, stored as logits and their normaliser. */
    private record LogProbabilities(float[] logits, double normaliser) {
        static LogProbabilities of(float[] logits) {
            double highest = logits[Greedy.token(logits)];
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit - highest);
            }
            return new LogProbabilities(logits, highest + Math.log(sum));
        }

        double of(int token) {
            return logits[token] - normaliser;
        }

        double divergenceOf(LogProbabilities other) {
            double divergence = 0;
            for (int token = 0; token < logits.length; token++) {
                double expected = of(token);
                double probability = Math.exp(expected);
                // What is never chosen adds nothing, whatever the other says: without this, 0 times infinity.
                if (probability > 0) {
                    divergence += probability * (expected - other.of(token));
                }
            }
            // Rounding can put equal distributions slightly below 0.
            return Math.max(0, divergence);
        }
    }
}
