package io.speckv.selection.prompt;

import io.speckv.selection.Budget;
import io.speckv.selection.ProtectedTokens;
import java.util.Arrays;

/**
 * The beginning and the end of the prompt in equal parts, an odd token going to the beginning; the middle is dropped, except
 * for protected tokens. A larger budget keeps all that a smaller one keeps.
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
    public int mostKept(int promptTokens) {
        return Math.min(promptTokens, budget.cap(promptTokens));
    }

    @Override
    public int[] keep(int promptTokens, float[] scores, PromptLayout layout) {
        ProtectedTokens protectedTokens = layout.protectedTokens();
        int most = mostKept(promptTokens);
        protectedTokens.requireWithin(most);
        int[] others = protectedTokens.others(promptTokens);
        int kept = most - protectedTokens.count();
        int[] chosen = Arrays.copyOf(others, kept);
        int last = kept / 2;
        System.arraycopy(others, others.length - last, chosen, kept - last, last);
        return protectedTokens.with(chosen);
    }
}
