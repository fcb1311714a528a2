package io.speckv.engine.generate;

/** Chooses tokens from logits; how random it is depends on the token's index alone, not on how often it is asked. */
@FunctionalInterface
public interface TokenChoice {
    /**
     * Returns the token to generate.
     *
     * @param logits {@code [vocabSize]}, borrowed
     * @param generated tokens generated so far; the one chosen is the next
     */
    int choose(float[] logits, int[] generated);
}
