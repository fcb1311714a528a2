package io.speckv.evals.fidelity;

import io.speckv.engine.generate.TokenChoice;
import io.speckv.engine.sampling.Greedy;
import java.util.ArrayList;
import java.util.List;

/**
 * The full cache's answer as a method reads it: puts its tokens into the model's mouth and compares the logits of each place.
 * It keeps no logits: with a vocabulary of 150,000 tokens those of a thousand places take 600 MB. Thread-confined.
 */
final class ReadAnswer implements TokenChoice {
    private final FullAnswer full;
    private final int[] answer;
    private final List<PlaceLoss> places = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    /** @param full all of the answer */
    ReadAnswer(FullAnswer full) {
        this.full = full;
        this.answer = full.tokens();
    }

    @Override
    public int choose(float[] nextLogits, int[] generated) {
        int place = generated.length;
        // Verified lookahead is looked at beyond an answer's end.
        if (place >= answer.length) {
            return Greedy.token(nextLogits);
        }
        // A place may be asked for again.
        if (place == places.size()) {
            long started = System.nanoTime();
            places.add(PlaceLoss.of(answer[place], full.logits(place), nextLogits));
            nanos.add(System.nanoTime() - started);
        }
        return answer[place];
    }

    /** Returns what was lost. */
    AnswerLoss loss() {
        return AnswerLoss.of(places);
    }

    /** Returns the time that comparing the first places took, which writing an answer does not take. */
    long comparingNanos(int firstPlaces) {
        return nanos.stream().limit(firstPlaces).mapToLong(Long::longValue).sum();
    }
}
