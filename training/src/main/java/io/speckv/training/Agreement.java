package io.speckv.training;

import io.speckv.training.torch.TrainingGraph;
import io.speckv.training.torch.WeightedTokens;
import java.util.List;

/**
 * How often a draft's most probable token is also the target's, over texts that neither of them wrote. This is how often the
 * first token of a lookahead would be right.
 */
final class Agreement {
    private final List<WeightedTokens> batches;
    private final List<int[]> chosen;

    /**
     * Computes the target's predictions, once.
     *
     * @param batches whose predicted tokens are compared later
     */
    Agreement(TrainingGraph target, List<WeightedTokens> batches) {
        this.batches = List.copyOf(batches);
        this.chosen = this.batches.stream().map(target::predict).toList();
    }

    /** Returns the number of tokens that are compared. */
    int tokens() {
        return chosen.stream().mapToInt(tokens -> tokens.length).sum();
    }

    /** Returns the share of these tokens, 0 to 1, in which a draft agrees. */
    double of(TrainingGraph draft) {
        int agreed = 0;
        for (int i = 0; i < batches.size(); i++) {
            int[] predicted = draft.predict(batches.get(i));
            for (int j = 0; j < predicted.length; j++) {
                agreed += predicted[j] == chosen.get(i)[j] ? 1 : 0;
            }
        }
        return (double) agreed / tokens();
    }
}
