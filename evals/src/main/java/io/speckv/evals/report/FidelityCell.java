package io.speckv.evals.report;

import io.speckv.evals.stats.Estimate;
import io.speckv.evals.stats.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one method with one budget loses of the full cache's answers, on prompts of like length.
 *
 * @param method name of the method
 * @param budget tokens or KV entries kept, 0 for the whole cache
 * @param length fewest tokens of these prompts, a power of two; the longest have fewer than twice as many
 * @param prompts how many, at least 1
 * @param equal share of answers that are the full cache's, 0 to 1
 * @param equalInterval its 95% confidence interval
 * @param partsAfter equal tokens before an answer parts, median of those that do; null if none does
 * @param lost log-likelihood of the full cache's answer that a token loses, in nats, mean over the prompts of which it is
 *     known; null if it is not known of any
 * @param divergence Kullback-Leibler divergence of the next token, in nats; null if it is not known of any
 * @param lookahead what became of the draft's lookahead; null if nothing was drafted
 * @param firstTokenMillis median time to the first token
 * @param totalMillis median time to the last token
 * @param kvBytes median bytes of the target's KV cache when decoding began
 * @param places the same losses by the token's place in the answer
 * @param losses the same losses prompt by prompt
 */
public record FidelityCell(
        String method,
        int budget,
        int length,
        int prompts,
        double equal,
        Interval equalInterval,
        @Nullable Double partsAfter,
        @Nullable Estimate lost,
        @Nullable Estimate divergence,
        @Nullable Lookahead lookahead,
        double firstTokenMillis,
        double totalMillis,
        long kvBytes,
        List<Places> places,
        PromptLosses losses) {
    public FidelityCell {
        places = List.copyOf(places);
        if (prompts < 1 || !(equal >= 0 && equal <= 1)) {
            throw new IllegalArgumentException(method + " with budget " + budget + ": " + equal + " equal of " + prompts
                    + " prompts, must be 0 to 1 of at least 1");
        }
        if (losses.known.size() > prompts || (lost == null) != losses.known.isEmpty()) {
            throw new IllegalArgumentException(method + " with budget " + budget + ": losses of " + losses.known.size()
                    + " prompts of " + prompts + " do not fit a mean of " + lost);
        }
    }

    /**
     * A draft's lookahead, over the prompts that had one.
     *
     * @param tokens mean length
     * @param right mean number of tokens before the first that the target does not agree with
     * @param wrongEarly share of prompts in which that is one of the first {@value #EARLY} tokens, 0 to 1
     */
    public record Lookahead(double tokens, double right, double wrongEarly) {
        /** As many tokens as LAQ++ looks ahead by itself. */
        public static final int EARLY = 8;
    }

    /**
     * Neighbouring places of answers.
     *
     * @param first the first of them, counted from 1
     * @param last the last of them
     * @param tokens of all answers together
     * @param lost mean log-likelihood lost, in nats
     * @param divergence mean divergence, in nats
     */
    public record Places(int first, int last, int tokens, double lost, double divergence) {}

    /**
     * Losses of single prompts.
     *
     * @param known mean log-likelihood that a token loses, in nats, of each prompt of which it is known, in the prompts' order
     * @param atLeast how many of them are at least so large: a token was none of those that a service tells
     */
    public record PromptLosses(List<Double> known, int atLeast) {
        public PromptLosses {
            known = List.copyOf(known);
        }
    }

    /** Returns the number of prompts of which the loss is not known, so that the others' mean may be too small. */
    int unknownLosses() {
        return prompts - losses.known.size();
    }

    /** Returns the loss of a cell that has one. */
    Estimate knownLoss() {
        if (lost == null) {
            throw new IllegalStateException("the loss of " + method + " with budget " + budget + " is not known");
        }
        return lost;
    }

    /** Returns the share of a token's likelihood that a loss in nats is: below 0 for a gain. */
    static double share(double nats) {
        return 1 - Math.exp(-nats);
    }
}
