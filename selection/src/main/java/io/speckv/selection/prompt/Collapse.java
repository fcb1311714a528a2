package io.speckv.selection.prompt;

import java.util.stream.IntStream;

/**
 * What looks wrong about a choice of tokens by their scores. After such a choice the target may answer as if it had read
 * next to nothing.
 */
public enum Collapse {
    NONE,
    /** The kept tokens score hardly higher than the others, so the scores do not tell what matters. */
    FLAT_SCORES,
    /** Next to nothing was kept between the prompt's two ends. */
    ENDS_ONLY;

    /**
     * The kept tokens' mean score divided by the mean score of the tokens left out. Up to this ratio, a random choice would
     * have been as good.
     */
    private static final double FLAT_MOST = 1.02;
    /** The share of the kept tokens that lies between the ends. Below it, next to nothing of the middle was kept. */
    private static final double MIDDLE_LEAST = 0.02;

    /**
     * Returns what is wrong with a choice. Each end of the prompt counts as many tokens as were kept in all. So if a third
     * of the prompt or more was kept, nothing lies between the ends.
     *
     * @param scores {@code [tokens]} by which tokens were chosen; empty if there were none, and then nothing is wrong
     * @param kept positions chosen by score, ascending, without protected ones
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
