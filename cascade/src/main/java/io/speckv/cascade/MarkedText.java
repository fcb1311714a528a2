package io.speckv.cascade;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A prompt with marks where text was left out. The first positions of such a gap hold a mark's tokens instead of the
 * prompt's own.
 *
 * @param tokens as many as the prompt has; borrowed
 * @param marks positions that hold tokens of marks
 */
record MarkedText(int[] tokens, BitSet marks) {

    /** Returns a prompt of which nothing was left out yet. */
    static MarkedText of(int[] prompt) {
        return new MarkedText(prompt, new BitSet());
    }

    /** Returns the prompt with the tokens and marks of {@code read} at their positions. */
    static MarkedText of(int[] prompt, KeptPrompt read) {
        if (read.marks().length == 0) {
            return of(prompt);
        }
        int[] tokens = prompt.clone();
        BitSet marks = new BitSet();
        for (int i = 0; i < read.size(); i++) {
            tokens[read.kept()[i]] = read.tokens()[i];
        }
        for (int place : read.marks()) {
            marks.set(place);
        }
        return new MarkedText(tokens, marks);
    }

    /**
     * Returns this with more marks.
     *
     * @param places positions of the new marks' tokens, mark after mark
     * @param from the position that {@code places} are counted from
     */
    MarkedText with(int[] places, int from, int[] mark) {
        if (places.length == 0) {
            return this;
        }
        int[] marked = tokens.clone();
        BitSet all = (BitSet) marks.clone();
        for (int i = 0; i < places.length; i++) {
            marked[from + places[i]] = mark[i % mark.length];
            all.set(from + places[i]);
        }
        return new MarkedText(marked, all);
    }

    /** Returns those of {@code positions} that hold marks. */
    int[] marksOf(int[] positions) {
        return Arrays.stream(positions).filter(marks::get).toArray();
    }

    /** Returns the tokens at these positions. */
    int[] at(int[] positions) {
        int[] gathered = new int[positions.length];
        for (int i = 0; i < positions.length; i++) {
            gathered[i] = tokens[positions[i]];
        }
        return gathered;
    }
}
