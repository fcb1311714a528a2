package io.speckv.evals.fidelity;

import io.speckv.engine.generate.TokenChoice;
import io.speckv.engine.sampling.Greedy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses greedily, or puts an answer's tokens into the model's mouth, and remembers the logits of each place. It copies them
 * and no more, so that times stay those of an answer. Thread-confined.
 */
final class ObservedChoice implements TokenChoice {
    private final int @Nullable [] answer;
    private final List<float[]> logits = new ArrayList<>();
    private final List<Integer> chosen = new ArrayList<>();

    private ObservedChoice(int @Nullable [] answer) {
        this.answer = answer;
    }

    static ObservedChoice greedy() {
        return new ObservedChoice(null);
    }

    static ObservedChoice forcing(int[] answer) {
        return new ObservedChoice(answer);
    }

    @Override
    public int choose(float[] nextLogits, int[] generated) {
        int place = generated.length;
        boolean beyond = answer != null && place >= answer.length;
        int token = answer == null || beyond ? Greedy.token(nextLogits) : answer[place];
        // Verified lookahead is looked at beyond an answer's end, and a place may be asked for again.
        if (!beyond && place == logits.size()) {
            logits.add(nextLogits.clone());
            chosen.add(token);
        }
        return token;
    }

    /** Returns the tokens chosen, the one that ended the answer included. */
    int[] tokens() {
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Returns the logits of each of {@link #tokens}, {@code [tokens][vocabSize]}. */
    List<float[]> logits() {
        return logits;
    }
}
