package io.speckv.selection.prompt;

import java.util.stream.IntStream;

/** What looks wrong about a choice of tokens by their scores: the answer may be that of a model that read next to nothing. */
public enum Collapse {
    NONE,
    /** The kept tokens' scores are all but those of any other: they say nothing about what matters. */
    FLAT_SCORES,
    /** Next to nothing between the prompt's two ends was kept. */
    ENDS_ONLY;

    /** The kept tokens' mean score, in means of those left out: below it, a choice at random would have been as good. */
    private static final double FLAT_MOST = 1.02;
    /** The share of the kept tokens that lies between the ends: below it, they are not a choice from the prompt. */
    private static final double MIDDLE_LEAST = 0.02;

    /**
     * Returns what is wrong with a choice. Each end of the prompt is as long as all that was kept, so of a prompt of which a
     * third or more was kept nothing is between them.
     *
     * @param scores {@code [tokens]} that chose; empty where none did, and then nothing is wrong
     * @param kept positions that they chose, ascending, without protected ones
     * @param isProtected {@code [tokens]} whether a token was kept whatever its score
     */
    public static Collapse of(float[] scores, int[] kept, boolean[] isProtected) {
        int tokens = scores.length;
        if (tokens == 0 || kept.length == 0 || kept.length >= tokens) {
            return NONE;
        }
        int[] left = leftOut(kept, isProtected);
        if (left.length == 0) {
            return NONE;
        }
        if (mean(scores, kept) <= FLAT_MOST * mean(scores, left)) {
            return FLAT_SCORES;
        }
        int end = kept.length;
        int middle = 0;
        for (int position : kept) {
            middle += position >= end && position < tokens - end ? 1 : 0;
        }
        return 3 * end < tokens && middle < MIDDLE_LEAST * end ? ENDS_ONLY : NONE;
    }

    private static int[] leftOut(int[] kept, boolean[] isProtected) {
        boolean[] stays = isProtected.clone();
        for (int position : kept) {
            stays[position] = true;
        }
        return IntStream.range(0, stays.length)
                .filter(position -> !stays[position])
                .toArray();
    }

    private static double mean(float[] scores, int[] kept) {
        double sum = 0;
        for (int position : kept) {
            sum += scores[position];
        }
        return sum / kept.length;
    }
}
