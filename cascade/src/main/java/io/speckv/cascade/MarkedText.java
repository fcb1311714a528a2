package io.speckv.cascade;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A prompt as it is read where marks stand for what was left out: at the first places of such gaps are a mark's tokens instead of
 * the prompt's own.
 *
 * @param tokens as many as the prompt has; borrowed
 * @param marks where tokens are of marks
 */
record MarkedText(int[] tokens, BitSet marks) {

    /** A prompt of which nothing was left out yet. */
    static MarkedText of(int[] prompt) {
        return new MarkedText(prompt, new BitSet());
    }

    /** The prompt as far as a part of it is read already. */
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
     * @param places of them, each mark's together
     * @param from what places are counted from
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

    /** Returns which of these positions are of marks. */
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
