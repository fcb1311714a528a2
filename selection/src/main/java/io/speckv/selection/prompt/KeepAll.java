package io.speckv.selection.prompt;

import io.speckv.selection.Window;

/** The whole prompt reaches the target. */
public record KeepAll() implements PromptPolicy {
    @Override
    public ScoreSource scoreSource() {
        return new ScoreSource.None();
    }

    @Override
    public boolean compresses(int promptTokens) {
        return false;
    }

    @Override
    public int mostKept(int promptTokens) {
        return promptTokens;
    }

    @Override
    public int[] keep(int promptTokens, float[] scores, PromptLayout layout) {
        return Window.range(0, promptTokens);
    }
}
