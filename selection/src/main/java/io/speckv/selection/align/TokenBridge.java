package io.speckv.selection.align;

/** Carries a prompt, its scores and its lookahead between the vocabularies of a draft and a target. */
public interface TokenBridge {
    /** Returns the prompt in the draft's vocabulary. */
    int[] draftPrompt();

    /** Returns one score per token of the target's prompt, from one score per token of the draft's. */
    float[] scores(float[] draftScores);

    /** Returns lookahead tokens of the draft in the target's vocabulary. */
    int[] lookahead(int[] draftTokens);

    /** Returns the bridge between models that share one vocabulary. */
    static TokenBridge shared(int[] prompt) {
        return new TokenBridge() {
            @Override
            public int[] draftPrompt() {
                return prompt;
            }

            @Override
            public float[] scores(float[] draftScores) {
                return draftScores;
            }

            @Override
            public int[] lookahead(int[] draftTokens) {
                return draftTokens;
            }
        };
    }
}
