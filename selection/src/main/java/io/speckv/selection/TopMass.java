package io.speckv.selection;

import java.util.Arrays;

/**
 * The fewest of the highest scores whose weights together reach a mass, in the order of {@link TopK}. The radix selection is
 * the same, but a digit adds up the weights of its scores instead of counting them. Time is linear in the number of scores,
 * however many are taken.
 */
public final class TopMass {
    private TopMass() {}

    /**
     * Returns the indices of the highest scores, ascending, as many as it takes for their weights to reach {@code mass}; all
     * of them if all weights together do not reach it.
     *
     * @param scores not NaN
     * @param weights one for each score, at least 0, the same for equal scores
     */
    public static int[] ascending(float[] scores, double[] weights, double mass) {
        int[] keys = TopK.keys(scores);
        double missing = mass;
        int found = 0;
        int foundMask = 0;
        for (int shift = TopK.HIGHEST_SHIFT; shift >= 0; shift -= TopK.DIGIT_BITS) {
            double[] weighs = new double[TopK.DIGITS];
            boolean[] occurs = new boolean[TopK.DIGITS];
            for (int i = 0; i < keys.length; i++) {
                if ((keys[i] & foundMask) == found) {
                    int digit = TopK.digit(keys[i], shift);
                    weighs[digit] += weights[i];
                    occurs[digit] = true;
                }
            }
            int digit = 0;
            int last = lastTrue(occurs);
            while (digit < last && (!occurs[digit] || weighs[digit] < missing)) {
                missing -= weighs[digit++];
            }
            found |= digit << shift;
            foundMask |= (TopK.DIGITS - 1) << shift;
        }
        return upTo(keys, found, weights, missing);
    }

    private static int lastTrue(boolean[] flags) {
        int last = 0;
        for (int i = 0; i < flags.length; i++) {
            if (flags[i]) {
                last = i;
            }
        }
        return last;
    }

    /** Takes all scores above the threshold, and of the scores at it the first ones until they weigh {@code missing}. */
    private static int[] upTo(int[] keys, int threshold, double[] weights, double missing) {
        int[] kept = new int[keys.length];
        int count = 0;
        double left = missing;
        boolean reached = false;
        for (int i = 0; i < keys.length; i++) {
            int compared = Integer.compareUnsigned(keys[i], threshold);
            boolean tie = compared == 0 && !reached;
            if (tie) {
                left -= weights[i];
                reached = left <= 0;
            }
            if (compared < 0 || tie) {
                kept[count++] = i;
            }
        }
        return Arrays.copyOf(kept, count);
    }
}
