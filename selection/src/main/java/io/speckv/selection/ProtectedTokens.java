package io.speckv.selection;

import java.util.Arrays;

/** Prompt positions that stay whatever their scores are. They count against the budget. Immutable. */
public final class ProtectedTokens {
    /** No position is protected, so the scores alone decide. */
    public static final ProtectedTokens NONE = new ProtectedTokens(new int[0]);

    private final int[] positions;

    private ProtectedTokens(int[] positions) {
        this.positions = positions;
    }

    /**
     * Returns these positions, in any order.
     *
     * @throws IllegalArgumentException if a position is negative
     */
    public static ProtectedTokens of(int... positions) {
        int[] ascending = Arrays.stream(positions).sorted().distinct().toArray();
        if (ascending.length > 0 && ascending[0] < 0) {
            throw new IllegalArgumentException("position " + ascending[0] + " is negative");
        }
        return ascending.length == 0 ? NONE : new ProtectedTokens(ascending);
    }

    /** Returns the number of protected positions. */
    public int count() {
        return positions.length;
    }

    /** Returns whether no position is protected. */
    public boolean isEmpty() {
        return positions.length == 0;
    }

    /** Returns the positions, ascending. */
    public int[] positions() {
        return positions.clone();
    }

    /**
     * Returns whether each of {@code tokens} positions is protected.
     *
     * @throws IllegalArgumentException if a position is not below {@code tokens}
     */
    public boolean[] flags(int tokens) {
        if (!isEmpty() && positions[positions.length - 1] >= tokens) {
            throw new IllegalArgumentException("position " + positions[positions.length - 1]
                    + " is protected in a prompt of " + tokens + " tokens");
        }
        boolean[] flags = new boolean[tokens];
        for (int position : positions) {
            flags[position] = true;
        }
        return flags;
    }

    /** Returns the positions that are not protected, ascending. */
    public int[] others(int tokens) {
        boolean[] flags = flags(tokens);
        int[] others = new int[tokens - positions.length];
        int count = 0;
        for (int i = 0; i < tokens; i++) {
            if (!flags[i]) {
                others[count++] = i;
            }
        }
        return others;
    }

    /** Returns the protected positions together with {@code chosen} ones, which are not protected, ascending. */
    public int[] with(int[] chosen) {
        if (isEmpty()) {
            return chosen;
        }
        int[] all = Arrays.copyOf(chosen, chosen.length + positions.length);
        System.arraycopy(positions, 0, all, chosen.length, positions.length);
        Arrays.sort(all);
        return all;
    }

    /** Returns the indices of the protected positions within {@code kept}, which is ascending and contains all of them. */
    public int[] placesIn(int[] kept) {
        int[] places = new int[positions.length];
        int place = 0;
        for (int i = 0; i < positions.length; i++) {
            while (kept[place] < positions[i]) {
                place++;
            }
            places[i] = place;
        }
        return places;
    }

    /** Throws unless a budget of {@code most} tokens has room for the protected positions. */
    public void requireWithin(int most) {
        if (positions.length > most) {
            throw new IllegalArgumentException(
                    positions.length + " tokens are protected, and the budget holds " + most);
        }
    }
}
