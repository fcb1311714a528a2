package io.speckv.selection;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** Seeded scores for property tests. */
public final class RandomScores {
    private RandomScores() {}

    /** Returns positive scores, heavy-tailed as attention is. */
    public static float[] heavyTailed(long seed, int tokens) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] scores = new float[tokens];
        for (int i = 0; i < tokens; i++) {
            scores[i] = (float) Math.pow(random.nextDouble(), 6);
        }
        return scores;
    }

    /** Returns the same with no two equal. */
    public static float[] distinct(long seed, int tokens) {
        float[] scores = heavyTailed(seed, tokens);
        Set<Float> seen = new HashSet<>();
        for (int i = 0; i < tokens; i++) {
            while (!seen.add(scores[i])) {
                scores[i] = Math.nextUp(scores[i]);
            }
        }
        return scores;
    }

    /** Returns small whole numbers, so that many are equal. */
    public static float[] tied(long seed, int tokens) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] scores = new float[tokens];
        for (int i = 0; i < tokens; i++) {
            scores[i] = random.nextInt(5);
        }
        return scores;
    }
}
