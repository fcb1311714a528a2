package io.speckv.engine.checkpoint.config;

import java.util.Arrays;

/**
 * The rotary position embedding of a layer.
 *
 * @param theta base of the frequencies, positive
 * @param share of a head's channels that are rotated, 0 to 1
 * @param scaling how frequencies are changed for long contexts
 */
public record Rope(double theta, double share, RopeScaling scaling) {
    /** The rotation of layers without positions. */
    public static final Rope NONE = new Rope(1, 0, RopeScaling.none());

    public Rope {
        if (!(theta > 0) || Double.isInfinite(theta)) {
            throw new IllegalArgumentException("rope_theta must be positive and finite, was " + theta);
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("partial_rotary_factor must be from 0 to 1, was " + share);
        }
    }

    /** Returns a rotation of whole heads without scaling. */
    public static Rope plain(double theta) {
        return new Rope(theta, 1, RopeScaling.none());
    }

    /** Returns how many channels of a head are rotated: the first ones in the stored order. */
    public int rotatedChannels(int headDim) {
        return (int) (headDim * share);
    }

    /**
     * Returns whether the rotated channels of a head must be spread over both its halves, for a rotation that pairs the
     * first half with the second: see {@link #channelOrder}.
     */
    public boolean isPartial(int headDim) {
        int rotated = rotatedChannels(headDim);
        return rotated > 0 && rotated < headDim;
    }

    /**
     * Returns the stored channel for each place of a head {@code [headDim]}, in an order in which channels that are rotated
     * as a pair are half a head apart. Products stay the same because queries and keys get the same order.
     */
    public int[] channelOrder(int headDim) {
        int half = headDim / 2;
        int pairs = rotatedChannels(headDim) / 2;
        int[] order = new int[headDim];
        for (int i = 0; i < half; i++) {
            order[i] = i < pairs ? i : pairs + i;
            order[half + i] = i < pairs ? pairs + i : half + i;
        }
        return order;
    }

    /**
     * Returns the angle per position of each pair of channels {@code [headDim / 2]}; 0 for those that are not rotated.
     *
     * @param tokens length of the sequence, which some scalings depend on
     */
    public float[] inverseFrequencies(int headDim, int tokens) {
        float[] frequencies = new float[headDim / 2];
        int rotated = rotatedChannels(headDim);
        if (rotated > 0) {
            double[] scaled = scaling.frequencies(theta, rotated, tokens);
            for (int i = 0; i < scaled.length; i++) {
                frequencies[i] = (float) scaled[i];
            }
        }
        return frequencies;
    }

    /**
     * Returns the factor of the cosines and sines of each pair of channels {@code [headDim / 2]}: 1 for pairs that are not
     * rotated; empty if it is 1 for all.
     */
    public float[] amplitudes(int headDim) {
        if (scaling.attentionFactor() == 1) {
            return new float[0];
        }
        float[] amplitudes = new float[headDim / 2];
        Arrays.fill(amplitudes, 1);
        Arrays.fill(amplitudes, 0, rotatedChannels(headDim) / 2, (float) scaling.attentionFactor());
        return amplitudes;
    }

    /** Returns whether the frequencies depend on how long a sequence is. */
    public boolean dependsOnLength() {
        return scaling.dependsOnLength() && share > 0;
    }

    void check(int headDim) {
        int rotated = rotatedChannels(headDim);
        if (rotated % 2 != 0) {
            throw new IllegalArgumentException("partial_rotary_factor " + share + " of " + headDim + " channels is "
                    + rotated + ", and must be even");
        }
        scaling.check(rotated);
    }
}
