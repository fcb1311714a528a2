package io.speckv.evals.fidelity;

import io.speckv.engine.sampling.Greedy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What is lost of the full cache's greedy answer where something was compressed. The token that ends an answer counts as its
 * last one.
 *
 * @param tokens of the answer
 * @param equalTokens of its beginning that compression would have chosen as well; all of them where the answer is equal
 * @param lost log-likelihood that each token loses, in nats, as far as it is known; below 0 where it gains
 * @param divergence Kullback-Leibler divergence of the next token's distribution from the full cache's at each token, in
 *     nats, 0 or more, as far as it is known
 */
public record AnswerLoss(int tokens, int equalTokens, List<Double> lost, List<Double> divergence) {
    public AnswerLoss {
        lost = List.copyOf(lost);
        divergence = List.copyOf(divergence);
        if (equalTokens < 0 || equalTokens > tokens || lost.size() != divergence.size() || lost.size() > tokens) {
            throw new IllegalArgumentException(equalTokens + " equal tokens of " + tokens + ", " + lost.size()
                    + " losses and " + divergence.size() + " divergences do not fit");
        }
    }

    /** Returns whether the whole answer, its end included, is the full cache's. */
    public boolean equal() {
        return equalTokens == tokens;
    }

    /** Returns that nothing is lost of an answer. */
    static AnswerLoss none(int tokens) {
        List<Double> zeros = Collections.nCopies(tokens, 0.0);
        return new AnswerLoss(tokens, tokens, zeros, zeros);
    }

    /**
     * Returns the loss of an answer that was read token by token over both caches.
     *
     * @param answer the full cache's tokens
     * @param full logits before each of them {@code [tokens][vocabSize]}
     * @param compressed the same over the compressed prompt or cache
     * @throws io.speckv.engine.NonFiniteException if a logit is NaN
     */
    static AnswerLoss of(int[] answer, List<float[]> full, List<float[]> compressed) {
        List<Double> lost = new ArrayList<>();
        List<Double> divergence = new ArrayList<>();
        int equal = 0;
        for (int i = 0; i < answer.length; i++) {
            LogProbabilities expected = LogProbabilities.of(full.get(i));
            LogProbabilities found = LogProbabilities.of(compressed.get(i));
            lost.add(expected.of(answer[i]) - found.of(answer[i]));
            divergence.add(expected.divergenceOf(found));
            if (equal == i && Greedy.token(compressed.get(i)) == answer[i]) {
                equal++;
            }
        }
        return new AnswerLoss(answer.length, equal, lost, divergence);
    }

    /** Log probabilities of all tokens, kept as logits and what normalises them. */
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
                divergence += Math.exp(expected) * (expected - other.of(token));
            }
            // Rounding can leave equal distributions a trifle below 0.
            return Math.max(0, divergence);
        }
    }
}
