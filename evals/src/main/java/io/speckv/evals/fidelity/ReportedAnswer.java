package io.speckv.evals.fidelity;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * An answer as a service reports it.
 *
 * @param places its tokens, without the one that ended it
 * @param ended whether the model ended it, and not the limit of new tokens
 */
public record ReportedAnswer(List<ReportedPlace> places, boolean ended) {
    public ReportedAnswer {
        places = List.copyOf(places);
    }

    /**
     * Returns the loss of {@code compressed} against this answer, up to and including the first place where they differ, since
     * only so far were both written after the same tokens. If the service does not report a token that is needed, losses and
     * divergences are lower bounds. Services do not report the probability of ending the answer, so if one of the two ends
     * sooner, the loss at the place where they differ is unknown.
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
