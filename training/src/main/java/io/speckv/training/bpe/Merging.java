package io.speckv.training.bpe;

/** Applies one merge to a row of token ids. */
final class Merging {
    private Merging() {}

    /**
     * Replaces every {@code merge} in the first {@code length} of {@code ids} by {@code joined}, from the left and in
     * place, and returns the new length.
     */
    static int replace(int[] ids, int length, Merge merge, int joined) {
        int write = 0;
        int read = 0;
        while (read < length) {
            boolean found = read + 1 < length && ids[read] == merge.left() && ids[read + 1] == merge.right();
            ids[write++] = found ? joined : ids[read];
            read += found ? 2 : 1;
        }
        return write;
    }
}
