package io.speckv.engine.generate;

import io.speckv.engine.YieldPoint;

/** Scores a prompt without a draft model, for example with a token classifier. */
@FunctionalInterface
public interface PromptScorer {
    /**
     * Returns the importance of each token {@code [promptTokens]}.
     *
     * @param prompt tokens of the target's vocabulary
     */
    float[] score(int[] prompt, YieldPoint yieldPoint);
}
