package io.speckv.evals.report;

import io.speckv.evals.stats.Estimate;
import io.speckv.evals.stats.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one method with one budget loses of the full cache's answers, on prompts of similar length.
 *
 * @param method name of the method
 * @param budget tokens or KV entries kept, 0 for the whole cache
 * @param length a power of two: these prompts have more tokens, up to twice as many
 * @param prompts number of prompts, at least 1
 * @param equal share of answers that are the full cache's, 0 to 1
 * @param equalInterval 95% confidence interval of {@code equal}
 * @param partsAfter median number of equal tokens before an answer differs, over the answers that differ; null if none does
 * @param lost log-likelihood of the full cache's answer that a token loses, in nats, mean over the prompts for which it is
 *     known; null if it is known for none
 * @param divergence Kullback-Leibler divergence of the next token, in nats; null if it is known for no prompt
 * @param lookahead how much of the draft's lookahead was right; null if nothing was drafted
 * @param firstTokenMillis median time to the first token
 * @param totalMillis median time to the last token
 * @param kvBytes median bytes of the target's KV cache when decoding began
 * @param places the same losses by the token's place in the answer
 * @param losses the same losses prompt by prompt
 * @param dropsNothing whether all prompts fit into the budget, so that the method left them whole; false for the whole cache
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
        PromptLosses losses,
        boolean dropsNothing) {
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
     * @param right mean number of tokens before the first with which the target disagrees
     * @param wrongEarly share of prompts in which that first wrong token is one of the first {@value #EARLY} tokens, 0 to 1
     */
    public record Lookahead(double tokens, double right, double wrongEarly) {
        /** As many tokens as LAQ++ looks ahead by itself. */
        public static final int EARLY = 8;
    }

    /**
     * A range of places in answers.
     *
     * @param first first place, counted from 1
     * @param last last place
     * @param tokens of all answers in this range
     * @param lost mean log-likelihood lost, in nats
     * @param divergence mean divergence, in nats
     */
    public record Places(int first, int last, int tokens, double lost, double divergence) {}

    /**
     * Losses of single prompts.
     *
     * @param known mean log-likelihood that a token loses, in nats, of each prompt for which it is known, in order
     * @param atLeast how many of them are lower bounds, because the service did not report a token
     * @param divergenceAtLeast whether the divergences are lower bounds, because the service reports only the likeliest tokens
     */
    public record PromptLosses(List<Double> known, int atLeast, boolean divergenceAtLeast) {
        public PromptLosses {
            known = List.copyOf(known);
        }
    }

    /** Returns whether the method took something away, so that its loss says something about the budget. */
    boolean compresses() {
        return budget > 0 && !dropsNothing;
    }

    /** Returns the number of prompts with unknown loss, because of which the others' mean may be too small. */
    int unknownLosses() {
        return prompts - losses.known.size();
    }

    /** Returns the loss, which the cell must have. */
    Estimate knownLoss() {
        if (lost == null) {
            throw new IllegalStateException("the loss of " + method + " with budget " + budget + " is not known");
        }
        return lost;
    }

    /** Returns a loss in nats as a share of a token's likelihood; below 0 for a gain. */
    static double share(double nats) {
        return 1 - Math.exp(-nats);
    }
}
