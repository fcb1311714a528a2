package io.speckv.selection.prompt;

import io.speckv.selection.Budget;
import io.speckv.selection.Window;

/**
 * The beginning and the end of the prompt in equal parts, an odd token going to the beginning; the middle is dropped. A
 * larger budget keeps all that a smaller one keeps.
 */
public record MiddleTruncation(Budget budget) implements PromptPolicy {
    @Override
    public ScoreSource scoreSource() {
        return new ScoreSource.None();
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens > budget.cap(promptTokens);
    }

    @Override
    public int[] keep(int promptTokens, float[] scores) {
        int kept = Math.min(promptTokens, budget.cap(promptTokens));
        return Window.append(Window.range(0, kept - kept / 2), promptTokens - kept / 2, promptTokens);
    }
}
