package io.speckv.evals.fidelity;

import io.speckv.engine.generate.TokenChoice;
import io.speckv.engine.sampling.Greedy;
import java.util.ArrayList;
import java.util.List;

/** The full cache's answer while it is written: chooses tokens greedily and stores each place's logits. Thread-confined. */
final class FullAnswer implements TokenChoice {
    private final List<float[]> logits = new ArrayList<>();
    private final List<Integer> chosen = new ArrayList<>();

    @Override
    public int choose(float[] nextLogits, int[] generated) {
        int token = Greedy.token(nextLogits);
        // The same place may be asked for twice.
        if (generated.length == logits.size()) {
            logits.add(nextLogits.clone());
            chosen.add(token);
        }
        return token;
    }

    /** Returns the chosen tokens, including the one that ended the answer. */
    int[] tokens() {
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Returns the logits before a token {@code [vocabSize]}. */
    float[] logits(int place) {
        return logits.get(place);
    }
}
