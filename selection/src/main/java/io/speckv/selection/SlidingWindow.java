package io.speckv.selection;

import java.util.Arrays;

/**
 * Maximum and mean of every window of {@code kernel} positions in linear time (van Herk 1992, Gil and Werman 1993): cut
 * the padded scores into blocks of {@code kernel}, fold each block from both ends, and join one suffix with one prefix
 * per window. Sums never subtract, so a large score leaves no rounding error behind in the windows after it.
 */
final class SlidingWindow {
    private SlidingWindow() {}

    /** Returns the maxima of {@code scores[i-left .. i-left+kernel-1]}, positions outside counting as {@code padding}. */
    static float[] max(float[] scores, int kernel, int left, float padding) {
        if (kernel == 1) {
            return scores.clone();
        }
        int n = scores.length;
        float[] prefix = new float[n + kernel - 1];
        Arrays.fill(prefix, padding);
        System.arraycopy(scores, 0, prefix, left, n);
        float[] suffix = prefix.clone();
        for (int i = 1; i < prefix.length; i++) {
            if (i % kernel != 0) {
                prefix[i] = Math.max(prefix[i], prefix[i - 1]);
            }
        }
        for (int i = suffix.length - 2; i >= 0; i--) {
            if ((i + 1) % kernel != 0) {
                suffix[i] = Math.max(suffix[i], suffix[i + 1]);
            }
        }
        float[] smoothed = new float[n];
        for (int i = 0; i < n; i++) {
            smoothed[i] = Math.max(suffix[i], prefix[i + kernel - 1]);
        }
        return smoothed;
    }

    /** Returns the sums of {@code scores[i-left .. i-left+kernel-1]}, zeros outside, divided by {@code kernel}. */
    static float[] mean(float[] scores, int kernel, int left) {
        int n = scores.length;
        double[] prefix = new double[n + kernel - 1];
        for (int i = 0; i < n; i++) {
            prefix[left + i] = scores[i];
        }
        double[] suffix = prefix.clone();
        for (int i = 1; i < prefix.length; i++) {
            if (i % kernel != 0) {
                prefix[i] += prefix[i - 1];
            }
        }
        for (int i = suffix.length - 2; i >= 0; i--) {
            if ((i + 1) % kernel != 0) {
                suffix[i] += suffix[i + 1];
            }
        }
        float[] smoothed = new float[n];
        for (int i = 0; i < n; i++) {
            // A window that starts on a block boundary is one whole block, so its suffix already holds the whole sum.
            double sum = i % kernel == 0 ? suffix[i] : suffix[i] + prefix[i + kernel - 1];
            smoothed[i] = (float) (sum / kernel);
        }
        return smoothed;
    }
}
