package io.speckv.cascade;

import java.util.Arrays;

/**
 * A prompt as it is read where marks stand for what was left out: at the first places of such gaps are a mark's tokens instead of
 * the prompt's own.
 *
 * @param tokens as many as the prompt has; borrowed
 * @param isMark {@code [tokens]} whether a token is of a mark
 */
record MarkedText(int[] tokens, boolean[] isMark) {

    /** A prompt of which nothing was left out yet. */
    static MarkedText of(int[] prompt) {
        return new MarkedText(prompt, new boolean[prompt.length]);
    }

    /** The prompt as far as a part of it is read already. */
    static MarkedText of(int[] prompt, KeptPrompt read) {
        if (read.marks().length == 0) {
            return of(prompt);
        }
        int[] tokens = prompt.clone();
        boolean[] isMark = new boolean[prompt.length];
        for (int i = 0; i < read.size(); i++) {
            tokens[read.kept()[i]] = read.tokens()[i];
        }
        for (int place : read.marks()) {
            isMark[place] = true;
        }
        return new MarkedText(tokens, isMark);
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
        boolean[] marks = isMark.clone();
        for (int i = 0; i < places.length; i++) {
            marked[from + places[i]] = mark[i % mark.length];
            marks[from + places[i]] = true;
        }
        return new MarkedText(marked, marks);
    }

    /** Returns which of these positions are of marks. */
    int[] marksOf(int[] positions) {
        return Arrays.stream(positions).filter(position -> isMark[position]).toArray();
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
