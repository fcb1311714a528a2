package io.speckv.evals.fidelity;

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
 * @param lowerBounds how many of {@code lost} are at least so large
 */
public record AnswerLoss(int tokens, int equalTokens, List<Double> lost, List<Double> divergence, int lowerBounds) {
    public AnswerLoss {
        lost = List.copyOf(lost);
        divergence = List.copyOf(divergence);
        if (equalTokens < 0 || equalTokens > tokens || lost.size() != divergence.size() || lost.size() > tokens) {
            throw new IllegalArgumentException(equalTokens + " equal tokens of " + tokens + ", " + lost.size()
                    + " losses and " + divergence.size() + " divergences do not fit");
        }
        if (lowerBounds < 0 || lowerBounds > lost.size()) {
            throw new IllegalArgumentException(lowerBounds + " lower bounds among " + lost.size()
                    + " losses do not fit; must be 0 to all of them");
        }
    }

    /** Returns whether the whole answer, its end included, is the full cache's. */
    public boolean equal() {
        return equalTokens == tokens;
    }

    /**
     * Returns whether the losses reach the place where the answers part, or the end of equal ones. Without that place their
     * mean would be the smaller the sooner an answer ends. The token that ends equal answers may stay unknown.
     */
    boolean known() {
        return !lost.isEmpty() && lost.size() >= (equal() ? tokens - 1 : equalTokens + 1);
    }

    /** Returns that nothing is lost of an answer. */
    static AnswerLoss none(int tokens) {
        List<Double> zeros = Collections.nCopies(tokens, 0.0);
        return new AnswerLoss(tokens, tokens, zeros, zeros, 0);
    }

    /** Returns the loss of an answer that was read token by token over both caches. */
    static AnswerLoss of(List<PlaceLoss> places) {
        int equal = 0;
        while (equal < places.size() && places.get(equal).equal()) {
            equal++;
        }
        return new AnswerLoss(
                places.size(),
                equal,
                places.stream().map(PlaceLoss::lost).toList(),
                places.stream().map(PlaceLoss::divergence).toList(),
                0);
    }
}
