package io.speckv.selection;

/** Checks on scores that come from a model. */
public final class Scores {
    private Scores() {}

    /**
     * Returns {@code scores} if there is one finite score for each of {@code tokens} tokens.
     *
     * @throws IllegalArgumentException naming the two counts, or the first index that is NaN or infinite
     */
    public static float[] requireFinite(float[] scores, int tokens) {
        if (scores.length != tokens) {
            throw new IllegalArgumentException(
                    "got " + scores.length + " scores for " + tokens + " tokens; there must be one score per token");
        }
        for (int i = 0; i < scores.length; i++) {
            if (!Float.isFinite(scores[i])) {
                throw new IllegalArgumentException("score " + i + " is " + scores[i] + "; scores must be finite");
            }
        }
        return scores;
    }
}
