package io.speckv.draft.speculation;

/**
 * How many tokens a draft may speculate ahead of the answer, in the settings under {@code continuing}.
 *
 * @param fewestTokens at least 1
 * @param mostTokens at least {@code fewestTokens}
 */
public record SpeculationBounds(int fewestTokens, int mostTokens) {
    public SpeculationBounds {
        if (fewestTokens < 1) {
            throw new IllegalArgumentException("fewest-tokens is " + fewestTokens + ", must be at least 1");
        }
        if (mostTokens < fewestTokens) {
            throw new IllegalArgumentException(
                    "most-tokens is " + mostTokens + ", must be at least fewest-tokens, " + fewestTokens);
        }
    }
}
