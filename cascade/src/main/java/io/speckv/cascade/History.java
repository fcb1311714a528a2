package io.speckv.cascade;

import java.util.Arrays;

/**
 * What is kept of the prompt before the current stretch. Immutable.
 *
 * @param stretch number of the current stretch
 * @param kept positions before that stretch that stay, ascending
 * @param text of the prompt, with marks in it
 * @param scores of all positions before that stretch, by which they were chosen; 0 where none were asked for
 */
record History(int stretch, int[] kept, MarkedText text, float[] scores) {

    /** Nothing is chosen yet; all tokens before the first stretch stay. */
    static History before(int[] prompt, Stretch first) {
        return new History(0, range(0, first.start()), MarkedText.of(prompt), new float[first.start()]);
    }

    /** All tokens before the last stretch stay. */
    static History whole(int[] prompt, int stretches, Stretch last) {
        return new History(stretches - 1, range(0, last.start()), MarkedText.of(prompt), new float[last.start()]);
    }

    /**
     * Goes on to the next stretch. All tokens between the two stay.
     *
     * @param now all that is kept up to the end of {@code stretch}
     * @param scored {@code [kept + stretch tokens]} scores that the draft gave; empty where none were asked for
     */
    History then(Stretch stretch, KeptPrompt now, float[] scored, Stretch next) {
        float[] all = Arrays.copyOf(scores, next.start());
        if (scored.length > 0) {
            System.arraycopy(scored, kept.length, all, stretch.start(), stretch.size());
        }
        int[] goesOn = joined(now.kept(), range(stretch.end(), next.start()));
        return new History(this.stretch + 1, goesOn, MarkedText.of(text.tokens(), now), all);
    }

    /**
     * Returns scores of all of the prompt's tokens, given those of the tokens that the draft read last; empty if those are
     * empty.
     */
    float[] withScores(float[] scored, Stretch last) {
        if (scored.length == 0) {
            return scored;
        }
        float[] all = Arrays.copyOf(scores, last.end());
        System.arraycopy(scored, kept.length, all, last.start(), last.size());
        return all;
    }

    static int[] joined(int[] first, int[] second) {
        int[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    static int[] range(int from, int to) {
        int[] range = new int[to - from];
        Arrays.setAll(range, i -> from + i);
        return range;
    }
}
