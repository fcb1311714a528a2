package io.speckv.evals.fidelity;

import java.util.Collections;
import java.util.List;

/**
 * What compression loses of the full cache's greedy answer. The token that ends an answer counts as its last token.
 *
 * @param tokens of the answer
 * @param equalTokens tokens at its beginning that compression would have chosen as well; all of them if the answer is equal
 * @param lost log-likelihood that each token loses, in nats, if known; below 0 for a gain
 * @param divergence Kullback-Leibler divergence of the next token's distribution from the full cache's at each token, in nats,
 *     0 or more, if known
 * @param lowerBounds number of values in {@code lost} that are only lower bounds
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
     * Returns whether the losses reach the place where the answers differ, or the end of equal answers. Without that place the
     * mean loss would be smaller the sooner an answer ends. The loss of the token that ends equal answers may stay unknown, also
     * where it is all that there is of them.
     */
    boolean known() {
        return lost.size() >= (equal() ? tokens - 1 : equalTokens + 1);
    }

    /** Returns the mean log-likelihood that a token loses, in nats; 0 if no token's loss had to be known. */
    double meanLost() {
        return mean(lost);
    }

    /** Returns the mean divergence in nats; 0 if no token's divergence had to be known. */
    double meanDivergence() {
        return mean(divergence);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** Returns a loss of nothing. */
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
