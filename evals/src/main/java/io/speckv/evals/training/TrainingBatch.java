package io.speckv.evals.training;

import java.util.List;

/** Sequences of equal length. The arrays are borrowed: whoever changes one changes the batch. */
public final class TrainingBatch {
    private final int[][] tokens;
    private final float[][] lossWeights;
    private final List<List<AnswerSpan>> answers;

    /**
     * One answer in a sequence.
     *
     * @param from index of its first token
     * @param to index after its last token, which is the end token
     */
    public record AnswerSpan(int from, int to) {}

    TrainingBatch(List<Sequence> sequences) {
        this.tokens = sequences.stream().map(Sequence::tokens).toArray(int[][]::new);
        this.lossWeights = sequences.stream().map(Sequence::lossWeights).toArray(float[][]::new);
        this.answers =
                sequences.stream().map(Sequence::answers).map(List::copyOf).toList();
    }

    /** Returns the token ids, {@code [sequences, length]}. */
    public int[][] tokens() {
        return tokens;
    }

    /**
     * Returns how much predicting each token from those before it counts, {@code [sequences, length]}; the weight at an
     * index belongs to the token at that index as a target, and the first of a sequence is always 0.
     */
    public float[][] lossWeights() {
        return lossWeights;
    }

    /** Returns for every sequence the token ranges of its answers, for measuring recall; none if it only copies. */
    public List<List<AnswerSpan>> answers() {
        return answers;
    }
}
