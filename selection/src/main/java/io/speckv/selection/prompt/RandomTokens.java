package io.speckv.selection.prompt;

import io.speckv.selection.Budget;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.TopK;
import io.speckv.selection.Window;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The last {@code windowSize} tokens and a uniform random choice of the others. Any scoring must do better than this. The
 * same seed and prompt length give the same choice, and a larger budget keeps all that a smaller one keeps.
 */
public record RandomTokens(Budget budget, int windowSize, long seed) implements PromptPolicy {

    public RandomTokens {
        budget.requireRoomBeside(windowSize);
    }

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
        if (!compresses(promptTokens)) {
            return Window.range(0, promptTokens);
        }
        int most = mostKept(promptTokens);
        protectedTokens.requireWithin(most);
        int[] others = protectedTokens.others(promptTokens);
        int kept = most - protectedTokens.count();
        int windowStart = others.length - Math.min(kept, windowSize);
        SplittableRandom random = new SplittableRandom(seed);
        float[] lots = new float[windowStart];
        for (int i = 0; i < windowStart; i++) {
            lots[i] = (float) random.nextDouble();
        }
        int[] drawn = TopK.ascending(lots, kept - (others.length - windowStart));
        int[] chosen = Window.append(drawn, windowStart, others.length);
        return protectedTokens.with(
                Arrays.stream(chosen).map(place -> others[place]).toArray());
    }
}
