package io.speckv.selection.prompt;

import java.util.Arrays;

/**
 * Marks where text was left out. A gap in front of a kept token gets a mark if the gap is longer than the mark, so a mark
 * never costs more than the text that it stands for. Adjacent protected tokens have no gap between them, and so no mark.
 */
public final class Marks {
    private Marks() {}

    /**
     * Returns the positions that marks take: the first positions of each gap.
     *
     * @param kept positions, ascending
     * @param markTokens length of a mark; 0 for none
     */
    public static int[] places(int[] kept, int markTokens) {
        int[] places = new int[kept.length * markTokens];
        int count = 0;
        int next = 0;
        for (int position : kept) {
            if (isMarked(position - next, markTokens)) {
                for (int i = 0; i < markTokens; i++) {
                    places[count++] = next + i;
                }
            }
            next = position + 1;
        }
        return Arrays.copyOf(places, count);
    }

    private static boolean isMarked(int gap, int markTokens) {
        return markTokens > 0 && gap > markTokens;
    }

    /** Counts what the target reads while kept tokens are dropped one after the other and gaps merge. */
    static final class Ledger {
        private final int markTokens;
        /** The length of a gap, at both of its ends; 0 at a kept token. */
        private final int[] gaps;

        private int cost;

        /** @param kept {@code [tokens]} whether each token is kept */
        Ledger(boolean[] kept, int markTokens) {
            this.markTokens = markTokens;
            this.gaps = new int[kept.length];
            int start = 0;
            for (int i = 0; i <= kept.length; i++) {
                if (i == kept.length || kept[i]) {
                    cost += i < kept.length ? 1 : 0;
                    close(start, i);
                    start = i + 1;
                }
            }
        }

        /** Returns how many tokens the target reads: kept tokens and marks. */
        int cost() {
            return cost;
        }

        /** Drops a token that was kept. */
        void drop(int position) {
            int before = position > 0 ? gaps[position - 1] : 0;
            int behind = position + 1 < gaps.length ? gaps[position + 1] : 0;
            cost -= 1 + mark(before, position) + mark(behind, position + 1 + behind);
            close(position - before, position + 1 + behind);
        }

        private void close(int start, int end) {
            if (end > start) {
                gaps[start] = end - start;
                gaps[end - 1] = end - start;
                cost += mark(end - start, end);
            }
        }

        /** A gap at the prompt's end has no kept token behind it, so it gets no mark. */
        private int mark(int gap, int end) {
            return end < gaps.length && isMarked(gap, markTokens) ? markTokens : 0;
        }
    }
}
