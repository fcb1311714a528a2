package io.speckv.evals.fidelity;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * An answer as a service reports it.
 *
 * @param places its tokens, without the one that ended it
 * @param ended whether the model ended it, rather than the limit of new tokens
 */
public record ReportedAnswer(List<ReportedPlace> places, boolean ended) {
    public ReportedAnswer {
        places = List.copyOf(places);
    }

    /**
     * Returns what {@code compressed} loses of this answer, as far as both were written after the same tokens: up to the place
     * where they part, that one included. Its losses and divergences are at least what is told where a token is none of those
     * that the service reports. How likely it was to end the answer is not reported: where one of the two ends sooner, the loss of
     * the place where they part is not known.
     */
    public AnswerLoss loss(ReportedAnswer compressed) {
        int tokens = places.size() + (ended ? 1 : 0);
        int shared = 0;
        int both = Math.min(places.size(), compressed.places.size());
        while (shared < both
                && places.get(shared).token() == compressed.places.get(shared).token()) {
            shared++;
        }
        boolean endsAlike = ended && compressed.ended && shared == places.size() && shared == compressed.places.size();
        List<Double> lost = new ArrayList<>();
        List<Double> divergence = new ArrayList<>();
        int lowerBounds = 0;
        for (int i = 0; i < Math.min(shared + 1, both); i++) {
            ReportedPlace expected = places.get(i);
            OptionalDouble found = compressed.places.get(i).atMost(expected.token());
            if (found.isEmpty() || Double.isNaN(expected.logprob())) {
                break;
            }
            lost.add(expected.logprob() - found.getAsDouble());
            lowerBounds += compressed.places.get(i).reports(expected.token()) ? 0 : 1;
            divergence.add(expected.leastDivergence(compressed.places.get(i)));
        }
        return new AnswerLoss(tokens, shared + (endsAlike ? 1 : 0), lost, divergence, lowerBounds);
    }
}
