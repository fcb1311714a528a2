package io.speckv.selection.cache;

import io.speckv.selection.Window;
import java.util.Arrays;

/**
 * The KV pairs of one layer that stay.
 *
 * @param perHead [kvHeads][kept] prompt positions, ascending; heads may differ in length
 * @param windowStart positions from here on are kept whatever their scores
 * @param verticals [kvHeads][columns] ascending key columns that every row of a sparse prefill attends to; empty when the
 *     prefill is dense
 */
@SuppressWarnings("ArrayRecordComponent")
public record KeptKeys(int[][] perHead, int windowStart, int[][] verticals) {

    private static final int[][] DENSE = new int[0][];

    /** Returns each head's selection followed by the window [windowStart, windowEnd). */
    static KeptKeys selectedAndWindow(int[][] selected, int windowStart, int windowEnd) {
        int[][] perHead = new int[selected.length][];
        for (int head = 0; head < perHead.length; head++) {
            perHead[head] = Window.append(selected[head], windowStart, windowEnd);
        }
        return new KeptKeys(perHead, windowStart, DENSE);
    }

    /** Returns the same selection and window for each of {@code kvHeads}. */
    static KeptKeys shared(int kvHeads, int[] selected, int windowStart, int windowEnd) {
        int[][] perHead = new int[kvHeads][];
        Arrays.fill(perHead, selected);
        return selectedAndWindow(perHead, windowStart, windowEnd);
    }

    KeptKeys withVerticals(int[][] columns) {
        return new KeptKeys(perHead, windowStart, columns);
    }

    /** Returns the part of {@link #perHead} that was chosen by score, without the window. */
    public int[][] selected() {
        int[][] selected = new int[perHead.length][];
        for (int head = 0; head < perHead.length; head++) {
            int found = Arrays.binarySearch(perHead[head], windowStart);
            selected[head] = Arrays.copyOf(perHead[head], found < 0 ? -found - 1 : found);
        }
        return selected;
    }
}
