package io.speckv.selection.align;

import io.speckv.selection.Reduction;
import java.util.Arrays;

/**
 * Carries per-token scores from one tokenization of a text to another through character spans: each target token gets the
 * maximum or mean over the draft tokens that overlap it, and 0 if no draft token does. Equal spans give the scores back
 * unchanged. Spans are half-open [start, end) in one unit for both sides (UTF-16 code units), ordered. They may share
 * characters (byte pieces of one character) and may be empty (special tokens). An empty span overlaps only an empty span at
 * the same place. Time is linear while few tokens share a character.
 */
public final class SpanAlignment {
    private final int[] draftStarts;
    private final int[] draftEnds;
    private final int[] targetStarts;
    private final int[] targetEnds;

    /**
     * All four arrays are borrowed.
     *
     * @throws IllegalArgumentException naming the side and the token whose span ends before it starts or lies before the
     *     span of the previous token
     */
    public SpanAlignment(int[] draftStarts, int[] draftEnds, int[] targetStarts, int[] targetEnds) {
        this.draftStarts = requireOrdered("draft", draftStarts, draftEnds);
        this.draftEnds = draftEnds;
        this.targetStarts = requireOrdered("target", targetStarts, targetEnds);
        this.targetEnds = targetEnds;
    }

    /** Returns whether both sides have the same spans, so that scores need no mapping. */
    public boolean isIdentity() {
        return Arrays.equals(draftStarts, targetStarts) && Arrays.equals(draftEnds, targetEnds);
    }

    /**
     * Returns one score per target token [targetTokens].
     *
     * @param draftScores [draftTokens]
     */
    public float[] map(float[] draftScores, Reduction reduction) {
        if (draftScores.length != draftStarts.length) {
            throw new IllegalArgumentException(
                    "got " + draftScores.length + " scores for " + draftStarts.length + " draft tokens");
        }
        if (isIdentity()) {
            return draftScores.clone();
        }
        float[] scores = new float[targetStarts.length];
        int first = 0;
        for (int token = 0; token < scores.length; token++) {
            while (first < draftStarts.length && draftEnds[first] < targetStarts[token]) {
                first++;
            }
            float folded = reduction.identity();
            int count = 0;
            for (int d = first; d < draftStarts.length && draftStarts[d] <= targetEnds[token]; d++) {
                if (meet(d, token)) {
                    folded = reduction.combine(folded, draftScores[d]);
                    count++;
                }
            }
            scores[token] = count == 0 ? 0f : reduction.finish(folded, count);
        }
        return scores;
    }

    private boolean meet(int draft, int target) {
        boolean overlap = draftStarts[draft] < targetEnds[target] && targetStarts[target] < draftEnds[draft];
        boolean bothEmpty = draftStarts[draft] == draftEnds[draft] && targetStarts[target] == targetEnds[target];
        return bothEmpty ? draftStarts[draft] == targetStarts[target] : overlap && !isEmpty(draft, target);
    }

    /** An empty span strictly inside another one passes the overlap test without sharing a character with it. */
    private boolean isEmpty(int draft, int target) {
        return draftStarts[draft] == draftEnds[draft] || targetStarts[target] == targetEnds[target];
    }

    private static int[] requireOrdered(String side, int[] starts, int[] ends) {
        if (starts.length != ends.length) {
            throw new IllegalArgumentException(
                    side + " tokens: " + starts.length + " span starts but " + ends.length + " ends");
        }
        for (int i = 0; i < starts.length; i++) {
            boolean ordered = i == 0 || (starts[i] >= starts[i - 1] && ends[i] >= ends[i - 1]);
            if (starts[i] < 0 || ends[i] < starts[i] || !ordered) {
                throw new IllegalArgumentException(side + " token " + i + " has span [" + starts[i] + ", " + ends[i]
                        + "), which is reversed or lies before the token in front of it");
            }
        }
        return starts;
    }
}
