package io.speckv.selection;

import java.util.Arrays;

/** Runs of consecutive positions, and sets of positions put in order. */
public final class Window {
    private Window() {}

    /** Returns {@code from, from+1, ..., to-1}. */
    public static int[] range(int from, int to) {
        int[] positions = new int[to - from];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = from + i;
        }
        return positions;
    }

    /** Returns the last {@code window} of {@code tokens} positions, ascending; all of them when there are fewer. */
    public static int[] last(int tokens, int window) {
        return range(Math.max(0, tokens - window), tokens);
    }

    /** Returns {@code selected} followed by {@code from .. to-1}; ascending when all of {@code selected} is below from. */
    public static int[] append(int[] selected, int from, int to) {
        int[] joined = Arrays.copyOf(selected, selected.length + to - from);
        for (int i = from; i < to; i++) {
            joined[selected.length + i - from] = i;
        }
        return joined;
    }

    /** Returns the first {@code count} of {@code order}, ascending. */
    public static int[] sorted(int[] order, int count) {
        int[] positions = Arrays.copyOf(order, count);
        Arrays.sort(positions);
        return positions;
    }
}
