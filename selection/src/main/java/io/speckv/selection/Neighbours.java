package io.speckv.selection;

/**
 * The positions around a chosen token that are kept with it, nearest first. The order of two positions at equal distance
 * matters where a budget ends between them. The reference leaves this order to an unstable sort, and its published results
 * depend on that sort, so {@link #partition} takes the same steps: introsort as in the C++ standard libraries, which is
 * quicksort down to runs of {@value #RUN} and then a stable sort. Up to {@value #RUN} neighbours this means the earlier
 * position first.
 */
public final class Neighbours {
    private static final int RUN = 16;

    private Neighbours() {}

    /**
     * Returns the {@code count} offsets {@code -(count-1)/2 .. count-1-(count-1)/2}, nearest first: for 4 they are 0, -1,
     * 1, 2. A count of 0 or 1 gives the token alone.
     */
    public static int[] offsets(int count) {
        int most = Math.max(1, count);
        int[] arranged = Window.range(-((most - 1) / 2), most - (most - 1) / 2);
        partition(arranged, 0, most, 2 * (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(most)));
        int[] offsets = new int[most];
        boolean[] taken = new boolean[most];
        for (int offset : arranged) {
            int place = Math.max(0, 2 * Math.abs(offset) - 1);
            place = taken[place] ? place + 1 : place;
            taken[place] = true;
            offsets[place] = offset;
        }
        return offsets;
    }

    /** Sorts by distance with quicksort, but stops at short runs, and after {@code depth} splits if these are uneven. */
    private static void partition(int[] offsets, int from, int to, int depth) {
        int end = to;
        for (int left = depth; end - from > RUN && left > 0; left--) {
            swap(offsets, from, median(offsets, from + 1, from + (end - from) / 2, end - 1));
            int cut = split(offsets, from + 1, end, Math.abs(offsets[from]));
            partition(offsets, cut, end, left - 1);
            end = cut;
        }
    }

    /** Moves distances up to {@code pivot} in front of the others, and returns where the others start. */
    private static int split(int[] offsets, int from, int to, int pivot) {
        int low = from;
        int high = to;
        while (true) {
            while (Math.abs(offsets[low]) < pivot) {
                low++;
            }
            high--;
            while (pivot < Math.abs(offsets[high])) {
                high--;
            }
            if (low >= high) {
                return low;
            }
            swap(offsets, low++, high);
        }
    }

    /** Returns which of three places holds the median distance. */
    private static int median(int[] offsets, int a, int b, int c) {
        int x = Math.abs(offsets[a]);
        int y = Math.abs(offsets[b]);
        int z = Math.abs(offsets[c]);
        if (x < y) {
            return y < z ? b : x < z ? c : a;
        }
        return x < z ? a : y < z ? c : b;
    }

    private static void swap(int[] offsets, int a, int b) {
        int swapped = offsets[a];
        offsets[a] = offsets[b];
        offsets[b] = swapped;
    }
}
