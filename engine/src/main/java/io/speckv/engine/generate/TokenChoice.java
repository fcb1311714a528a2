package io.speckv.engine.generate;

/** Chooses tokens from logits. A random choice depends only on the token's index, not on how often the method is called. */
@FunctionalInterface
public interface TokenChoice {
    /**
     * Returns the token to generate.
     *
     * @param logits {@code [vocabSize]}, borrowed
     * @param generated tokens generated so far; the chosen token comes after them
     */
    int choose(float[] logits, int[] generated);
}
