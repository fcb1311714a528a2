package io.speckv.evals.fidelity;

import io.speckv.engine.generate.TokenChoice;
import io.speckv.engine.sampling.Greedy;
import java.util.ArrayList;
import java.util.List;

/**
 * The full cache's answer as a method reads it: forces its tokens and compares the logits of each place. It stores no logits,
 * since with a vocabulary of 150,000 tokens a thousand places take 600 MB. Thread-confined.
 */
final class ReadAnswer implements TokenChoice {
    private final FullAnswer full;
    private final int[] answer;
    private final List<PlaceLoss> places = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    /** @param full the complete answer */
    ReadAnswer(FullAnswer full) {
        this.full = full;
        this.answer = full.tokens();
    }

    @Override
    public int choose(float[] nextLogits, int[] generated) {
        int place = generated.length;
        // Verification of lookahead also looks beyond the answer's end.
        if (place >= answer.length) {
            return Greedy.token(nextLogits);
        }
        // The same place may be asked for twice.
        if (place == places.size()) {
            long started = System.nanoTime();
            places.add(PlaceLoss.of(answer[place], full.logits(place), nextLogits));
            nanos.add(System.nanoTime() - started);
        }
        return answer[place];
    }

    /** Returns the loss. */
    AnswerLoss loss() {
        return AnswerLoss.of(places);
    }

    /** Returns the time spent comparing the first places, which is not part of writing an answer. */
    long comparingNanos(int firstPlaces) {
        return nanos.stream().limit(firstPlaces).mapToLong(Long::longValue).sum();
    }
}
