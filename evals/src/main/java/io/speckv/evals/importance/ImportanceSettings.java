package io.speckv.evals.importance;

/**
 * How importances are measured and compared.
 *
 * @param window last prompt tokens whose attention counts, at least 1; they are not compared themselves
 * @param top most important tokens that are compared, at least 1
 */
public record ImportanceSettings(int window, int top) {
    public ImportanceSettings {
        if (window < 1 || top < 1) {
            throw new IllegalArgumentException(
                    "window is " + window + " and top is " + top + "; both must be at least 1");
        }
    }

    /** Throws if a prompt is too short to be compared. */
    void requireLongEnough(int promptTokens) {
        if (promptTokens < window + top) {
            throw new IllegalArgumentException("a prompt has " + promptTokens + " tokens, needs at least the window of "
                    + window + " and " + top + " to compare");
        }
    }
}
