package io.speckv.draft.speculation;

/**
 * How many tokens a draft may be ahead of the answer. The number grows by two when that many tokens in a row were right, and
 * falls by one at each wrong token. So it settles where about a third of all such runs are right to their end. The steps are
 * those of Hugging Face's assisted generation, but count runs of tokens instead of rounds, because draft and target work at
 * the same time here. Not thread-safe.
 */
public final class SpeculationLength {
    private static final int FIRST = 4;

    private final SpeculationBounds bounds;
    private int tokens;
    private int inARow;

    public SpeculationLength(SpeculationBounds bounds) {
        this.bounds = bounds;
        this.tokens = Math.max(bounds.fewestTokens(), Math.min(bounds.mostTokens(), FIRST));
    }

    int tokens() {
        return tokens;
    }

    /** The answer's next token was the drafted one. */
    void right() {
        inARow++;
        if (inARow >= tokens) {
            tokens = Math.min(bounds.mostTokens(), tokens + 2);
            inARow = 0;
        }
    }

    /** The answer's next token was not the drafted one. */
    void wrong() {
        tokens = Math.max(bounds.fewestTokens(), tokens - 1);
        inARow = 0;
    }
}
