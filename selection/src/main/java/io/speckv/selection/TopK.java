package io.speckv.selection;

/**
 * The highest scores, by one rule for all callers: score descending, then lowest index. The threshold is found by radix
 * selection on the scores' bits, so time is linear in the number of scores whatever their distribution. Ranking sorts only
 * the selected scores, also by radix. Scores must not be NaN.
 */
public final class TopK {
    /** Three digits cover 32 bits; 2048 counters stay in the L1 cache. */
    static final int DIGIT_BITS = 11;

    static final int DIGITS = 1 << DIGIT_BITS;
    static final int HIGHEST_SHIFT = 2 * DIGIT_BITS;

    private TopK() {}

    /** Returns the indices of the {@code k} highest scores, ascending; all of them when {@code k >= scores.length}. */
    public static int[] ascending(float[] scores, int k) {
        return k >= scores.length ? Window.range(0, scores.length) : ascending(keys(scores), k);
    }

    /** Returns the indices of the {@code k} highest scores, best first; all of them when {@code k >= scores.length}. */
    public static int[] ranked(float[] scores, int k) {
        int[] keys = keys(scores);
        int[] order = k >= scores.length ? Window.range(0, scores.length) : ascending(keys, k);
        int[] spare = new int[order.length];
        // Least significant digit first; every pass is stable, so equal scores stay in index order.
        for (int shift = 0; shift < Integer.SIZE; shift += DIGIT_BITS) {
            int[] next = new int[DIGITS + 1];
            for (int index : order) {
                next[digit(keys[index], shift) + 1]++;
            }
            for (int d = 1; d < DIGITS; d++) {
                next[d] += next[d - 1];
            }
            for (int index : order) {
                spare[next[digit(keys[index], shift)]++] = index;
            }
            int[] sorted = spare;
            spare = order;
            order = sorted;
        }
        return order;
    }

    private static int[] ascending(int[] keys, int k) {
        if (k < 0) {
            throw new IllegalArgumentException("k is " + k + "; it must not be negative");
        }
        int[] kept = new int[k];
        if (k == 0) {
            return kept;
        }
        int threshold = smallest(keys, k);
        int ties = k;
        for (int key : keys) {
            if (Integer.compareUnsigned(key, threshold) < 0) {
                ties--;
            }
        }
        int count = 0;
        for (int i = 0; count < k; i++) {
            int compared = Integer.compareUnsigned(keys[i], threshold);
            if (compared < 0 || (compared == 0 && ties-- > 0)) {
                kept[count++] = i;
            }
        }
        return kept;
    }

    /** Returns one key per score; as unsigned numbers, the smaller the key the higher the score. */
    static int[] keys(float[] scores) {
        int[] keys = new int[scores.length];
        for (int i = 0; i < scores.length; i++) {
            // Adding +0 turns -0 into +0, so that the two zeros tie.
            int bits = Float.floatToRawIntBits(scores[i] + 0f);
            keys[i] = bits < 0 ? bits : bits ^ Integer.MAX_VALUE;
        }
        return keys;
    }

    /** Returns the k-th smallest key, one digit after the other from the top. */
    private static int smallest(int[] keys, int k) {
        int left = k;
        int found = 0;
        int foundMask = 0;
        for (int shift = HIGHEST_SHIFT; shift >= 0; shift -= DIGIT_BITS) {
            int[] counts = new int[DIGITS];
            for (int key : keys) {
                if ((key & foundMask) == found) {
                    counts[digit(key, shift)]++;
                }
            }
            int digit = 0;
            while (counts[digit] < left) {
                left -= counts[digit++];
            }
            found |= digit << shift;
            foundMask |= (DIGITS - 1) << shift;
        }
        return found;
    }

    static int digit(int key, int shift) {
        return (key >>> shift) & (DIGITS - 1);
    }
}
