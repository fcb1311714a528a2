package io.speckv.evals.training;

import io.speckv.evals.training.TrainingBatch.AnswerSpan;
import io.speckv.evals.words.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One row of a batch while it is written, from left to right. */
final class Sequence {
    /** Weight of the few tokens that are neither answer nor copy but keep the model reading text. */
    static final float BACKGROUND_WEIGHT = 0.1f;

    private static final double BACKGROUND_SHARE = 0.05;

    private final int[] tokens;
    private final float[] lossWeights;
    private final List<AnswerSpan> answers = new ArrayList<>();
    private final Draw draw;
    private int size;

    Sequence(int length, Draw draw) {
        this.tokens = new int[length];
        this.lossWeights = new float[length];
        this.draw = draw;
    }

    int room() {
        return tokens.length - size;
    }

    int size() {
        return size;
    }

    int token(int index) {
        return tokens[index];
    }

    /** Adds tokens of which one in twenty counts a little; what does not fit is left out. */
    void addBackground(int[] ids) {
        for (int id : ids) {
            add(id, draw.chance(BACKGROUND_SHARE) ? BACKGROUND_WEIGHT : 0);
        }
    }

    /** Adds tokens that can be known from those before, which count fully. */
    void addTarget(int... ids) {
        for (int id : ids) {
            add(id, 1);
        }
    }

    /** Adds an answer and the end token after it. */
    void addAnswer(int[] ids, int endToken) {
        int from = size;
        addTarget(ids);
        addTarget(endToken);
        answers.add(new AnswerSpan(from, size));
    }

    /** Fills what is left with {@code token}, counting nothing. */
    void pad(int token) {
        Arrays.fill(tokens, size, tokens.length, token);
        size = tokens.length;
    }

    int[] tokens() {
        return tokens;
    }

    float[] lossWeights() {
        return lossWeights;
    }

    List<AnswerSpan> answers() {
        return answers;
    }

    private void add(int id, float weight) {
        if (size < tokens.length) {
            tokens[size] = id;
            lossWeights[size] = size == 0 ? 0 : weight;
            size++;
        }
    }
}
