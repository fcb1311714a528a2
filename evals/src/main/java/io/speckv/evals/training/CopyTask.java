package io.speckv.evals.training;

import io.speckv.evals.words.Draw;

/** Random tokens in which later stretches repeat earlier ones; all but the first token of a repeat count. */
final class CopyTask {
    private static final int STRETCH_MIN = 4;
    private static final int STRETCH_MAX = 24;

    private final int plainTokens;

    /** Creates the task over the ids below {@code plainTokens}, which leaves special tokens out. */
    CopyTask(int plainTokens) {
        this.plainTokens = plainTokens;
    }

    void write(Sequence sequence, Draw draw) {
        addRandom(sequence, draw, Math.min(sequence.room(), draw.between(STRETCH_MIN * 2, STRETCH_MAX)));
        while (sequence.room() > 0) {
            int length = Math.min(sequence.room(), draw.between(STRETCH_MIN, STRETCH_MAX));
            if (draw.chance(0.4)) {
                addRandom(sequence, draw, length);
            } else {
                addRepeat(sequence, draw, Math.min(length, sequence.size()));
            }
        }
    }

    private void addRandom(Sequence sequence, Draw draw, int length) {
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) {
            ids[i] = draw.below(plainTokens);
        }
        sequence.addBackground(ids);
    }

    private static void addRepeat(Sequence sequence, Draw draw, int length) {
        int from = draw.below(sequence.size() - length + 1);
        sequence.addBackground(new int[] {sequence.token(from)}); // which stretch comes back cannot be known
        for (int i = 1; i < length; i++) {
            sequence.addTarget(sequence.token(from + i));
        }
    }
}
