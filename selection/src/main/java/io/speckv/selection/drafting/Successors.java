package io.speckv.selection.drafting;

import java.util.Arrays;

/** The tokens seen after one context, at most 12, the most frequent first; of equally frequent ones the latest. */
final class Successors {
    /** Stands for the absence of a token. */
    static final int NONE = -1;

    private static final int MOST = 12;

    private int[] tokens = new int[1];
    private int[] counts = new int[1];
    private int size;

    /** Counts one more occurrence. A thirteenth token takes the place of the rarest, of equally rare ones the oldest. */
    void count(int token) {
        int place = 0;
        while (place < size && tokens[place] != token) {
            place++;
        }
        int count = place < size ? counts[place] + 1 : 1;
        if (place == MOST) {
            place--;
        } else if (place == size) {
            grow();
        }
        for (; place > 0 && counts[place - 1] <= count; place--) {
            tokens[place] = tokens[place - 1];
            counts[place] = counts[place - 1];
        }
        tokens[place] = token;
        counts[place] = count;
    }

    private void grow() {
        if (size == tokens.length) {
            int longer = Math.min(MOST, 2 * size);
            tokens = Arrays.copyOf(tokens, longer);
            counts = Arrays.copyOf(counts, longer);
        }
        size++;
    }

    /** Returns the token of a rank, 0 for the best, or {@link #NONE} if there are fewer tokens. */
    int at(int rank) {
        return rank < size ? tokens[rank] : NONE;
    }
}
