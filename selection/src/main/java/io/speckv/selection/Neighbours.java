package io.speckv.selection;

/** The positions around a chosen token that are kept with it. */
public final class Neighbours {
    private Neighbours() {}

    /**
     * Returns the {@code count} offsets {@code -(count-1)/2 .. count-1-(count-1)/2}, nearest first, of two at equal
     * distance the earlier position first: 0, -1, 1, -2, 2, ... A count of 0 or 1 gives the token alone.
     */
    public static int[] offsets(int count) {
        int[] offsets = new int[Math.max(1, count)];
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = i % 2 == 1 ? -(i + 1) / 2 : i / 2;
        }
        // An even count reaches one further to the right than to the left.
        if (offsets.length % 2 == 0) {
            offsets[offsets.length - 1] = offsets.length / 2;
        }
        return offsets;
    }
}
