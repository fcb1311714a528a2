package io.speckv.selection;

import java.util.Arrays;

/**
 * Lines of code and of tables in a prompt. The tokens of such a line have a meaning only together. Running text has none of
 * these lines. Immutable.
 */
public final class Lines {
    /** A prompt of running text. */
    public static final Lines NONE = new Lines(new int[0], new int[0]);

    private final int[] starts;
    private final int[] ends;

    private Lines(int[] starts, int[] ends) {
        this.starts = starts;
        this.ends = ends;
    }

    /**
     * Returns lines that go from their {@code starts} to just before their {@code ends}.
     *
     * @throws IllegalArgumentException if a line is empty, or begins before the previous line ends
     */
    public static Lines of(int[] starts, int[] ends) {
        if (starts.length != ends.length) {
            throw new IllegalArgumentException(starts.length + " lines begin, and " + ends.length + " end");
        }
        int free = 0;
        for (int i = 0; i < starts.length; i++) {
            if (starts[i] < free || ends[i] <= starts[i]) {
                throw new IllegalArgumentException("line " + i + " is from " + starts[i] + " to " + ends[i]
                        + ", must not be empty and begin at " + free + " or behind");
            }
            free = ends[i];
        }
        return starts.length == 0 ? NONE : new Lines(starts.clone(), ends.clone());
    }

    /** Returns the number of lines. */
    public int count() {
        return starts.length;
    }

    /** Returns whether there are no lines. */
    public boolean isEmpty() {
        return starts.length == 0;
    }

    /** Returns a line's first position. */
    public int start(int line) {
        return starts[line];
    }

    /** Returns the position behind a line's last token. */
    public int end(int line) {
        return ends[line];
    }

    /**
     * Returns the lines of a part of the prompt, counted from the start of that part. A line that reaches beyond the part is
     * cut.
     */
    public Lines within(int start, int end) {
        int[] first = new int[starts.length];
        int[] behind = new int[starts.length];
        int count = 0;
        for (int i = 0; i < starts.length; i++) {
            int from = Math.max(start, starts[i]);
            int to = Math.min(end, ends[i]);
            if (from < to) {
                first[count] = from - start;
                behind[count++] = to - start;
            }
        }
        return count == 0 ? NONE : new Lines(Arrays.copyOf(first, count), Arrays.copyOf(behind, count));
    }
}
