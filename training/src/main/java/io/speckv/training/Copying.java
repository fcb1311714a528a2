package io.speckv.training;

import java.util.Random;

/** Sequences of random tokens in which later stretches repeat earlier ones. A model learns this first on the way to recall. */
final class Copying {
    private static final float ONLY_WEIGHT = 0.1f;
    private static final int REPEATS_FROM = 16;

    private final int[] plain;

    /** @param plain the tokens to draw from */
    Copying(int[] plain) {
        this.plain = plain;
    }

    /**
     * Returns a sequence whose repeated tokens have weight 1, except the first two of each stretch, which show where the
     * stretch is from.
     */
    Example example(int length, Random random) {
        int[] tokens = new int[length];
        float[] weights = new float[length];
        boolean weighted = false;
        int filled = 0;
        while (filled < length) {
            int stretch = Math.min(4 + random.nextInt(13), length - filled);
            boolean repeats = filled >= REPEATS_FROM && random.nextInt(10) < 6;
            int from = repeats ? random.nextInt(filled - stretch < 1 ? 1 : filled - stretch) : 0;
            for (int i = 0; i < stretch; i++) {
                tokens[filled + i] = repeats ? tokens[from + i] : plain[random.nextInt(plain.length)];
                weights[filled + i] = repeats && i >= 2 ? 1 : 0;
            }
            weighted |= repeats && stretch > 2;
            filled += stretch;
        }
        if (length > 1 && !weighted) {
            weights[length - 1] = ONLY_WEIGHT;
        }
        return new Example(tokens, weights, new boolean[length]);
    }
}
