package io.speckv.evals.fidelity;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * A place of an answer as a service reports it.
 *
 * @param token the generated one
 * @param logprob natural log of its probability, at most 0; not a number if it is not reported
 * @param likeliest log probabilities of the likeliest tokens; empty if they are not reported
 */
public record ReportedPlace(int token, double logprob, Map<Integer, Double> likeliest) {
    public ReportedPlace {
        likeliest = Map.copyOf(likeliest);
    }

    /** Returns whether the exact log probability of a token is reported, and not only an upper bound. */
    boolean reports(int other) {
        return other == token ? !Double.isNaN(logprob) : likeliest.containsKey(other);
    }

    /** Returns the log probability of a token, or an upper bound if it is not reported; empty if nothing is known. */
    OptionalDouble atMost(int other) {
        if (other == token) {
            return Double.isNaN(logprob) ? OptionalDouble.empty() : OptionalDouble.of(logprob);
        }
        Double known = likeliest.get(other);
        return known != null
                ? OptionalDouble.of(known)
                : likeliest.values().stream().mapToDouble(Double::doubleValue).min();
    }

    /**
     * Returns a lower bound of the divergence of {@code compressed} from this distribution, in nats. Tokens that are not
     * reported by both count as one token.
     */
    double leastDivergence(ReportedPlace compressed) {
        double divergence = 0;
        double expectedRest = 1;
        double foundRest = 1;
        for (Map.Entry<Integer, Double> entry : likeliest.entrySet()) {
            Double found = compressed.likeliest.get(entry.getKey());
            if (found != null) {
                divergence += Math.exp(entry.getValue()) * (entry.getValue() - found);
                expectedRest -= Math.exp(entry.getValue());
                foundRest -= Math.exp(found);
            }
        }
        // A tiny rest of 1 is only rounding.
        if (expectedRest > 1e-6) {
            divergence += expectedRest * Math.log(expectedRest / Math.max(foundRest, 1e-6));
        }
        return Math.max(0, divergence);
    }
}
