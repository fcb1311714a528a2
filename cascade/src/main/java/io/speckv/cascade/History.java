package io.speckv.cascade;

import java.util.Arrays;

/**
 * What is kept of the prompt before the stretch at hand. Immutable.
 *
 * @param stretch number of the stretch at hand
 * @param kept positions before it, ascending
 * @param text of the prompt, marks among it
 * @param scores by which they were chosen, of all positions before it, 0 where none were asked for; empty before the first
 */
record History(int stretch, int[] kept, MarkedText text, float[] scores) {

    /** Nothing is chosen yet; what stands before the first stretch stays. */
    static History before(int[] prompt, Stretch first) {
        return new History(0, range(0, first.start()), MarkedText.of(prompt), new float[first.start()]);
    }

    /** All that stands before the last stretch stays. */
    static History whole(int[] prompt, int stretches, Stretch last) {
        return new History(stretches - 1, range(0, last.start()), MarkedText.of(prompt), new float[last.start()]);
    }

    /**
     * Goes on to the next stretch; what stands between the two stays.
     *
     * @param now all that is kept up to this one's end
     * @param scored {@code [kept + stretch tokens]} that the draft gave; empty where none were asked for
     */
    History then(Stretch stretch, KeptPrompt now, float[] scored, Stretch next) {
        float[] all = Arrays.copyOf(scores, next.start());
        if (scored.length > 0) {
            System.arraycopy(scored, kept.length, all, stretch.start(), stretch.size());
        }
        int[] goesOn = joined(now.kept(), range(stretch.end(), next.start()));
        return new History(this.stretch + 1, goesOn, MarkedText.of(text.tokens(), now), all);
    }

    /** Returns scores of all of the prompt's tokens, given those of what the draft read last; empty where there are none. */
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
