package io.speckv.selection;

/** How many tokens, or KV pairs per KV head, may stay. Counts include pinned entries (the window). */
public sealed interface Budget permits FixedBudget, LengthBudget, ScoreMassBudget, ShareBudget, UnlimitedBudget {

    /**
     * Returns the fewest entries that this keeps of a prompt of {@code promptTokens}. A prompt of no more tokens than that
     * stays whole.
     */
    int floor(int promptTokens);

    /** Returns the most entries that this ever keeps of a prompt of {@code promptTokens}. */
    int cap(int promptTokens);

    /**
     * Returns how many leading entries of {@code order} to keep.
     *
     * @param mass the importance of each candidate [candidates]
     * @param order distinct candidates, best first
     * @param pinned entries kept besides the candidates; they count against the budget
     */
    int take(float[] mass, int[] order, int pinned);

    /** Returns the same budget counted in units of {@code unitTokens} tokens, rounded so that it is not exceeded. */
    Budget inUnitsOf(int unitTokens);

    /** Returns the candidates to keep, ascending, when {@code ranking} [candidates] orders them. */
    default int[] select(float[] ranking, float[] mass, int pinned) {
        int most = Math.min(ranking.length, Math.max(0, cap(ranking.length + pinned) - pinned));
        int[] order = TopK.ranked(ranking, most);
        return Window.sorted(order, take(mass, order, pinned));
    }

    /** Throws unless the budget always has room for a window of {@code windowSize} and one more entry. */
    default void requireRoomBeside(int windowSize) {
        InvalidSettingException.require(
                floor(Integer.MAX_VALUE) > windowSize,
                "window_size",
                windowSize,
                "must be below the budget (" + floor(Integer.MAX_VALUE) + ")");
    }
}
