package io.speckv.selection.prompt;

import io.speckv.selection.Budget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.Scores;
import io.speckv.selection.TopK;
import io.speckv.selection.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Token classification in the manner of LLMLingua-2: every chunk of the prompt keeps the same share of its tokens, those
 * with the highest probability of "keep". The question does not matter. So an important passage cannot take more than its
 * share, and a larger budget may move a place from one chunk to another.
 *
 * <p>Source: arXiv:2403.12968; differs in keeping the target's tokens (not re-tokenised words) and in cutting each chunk
 * by count, so that the budget is met exactly, instead of by percentile.
 *
 * @param classifierFolder folder of the token classifier, or null if the service that runs it has its own
 * @param chunkTokens prompt tokens per chunk
 */
public record TokenClassification(@Nullable String classifierFolder, Budget budget, int chunkTokens)
        implements PromptPolicy {

    public TokenClassification {
        InvalidSettingException.require(
                classifierFolder == null || !classifierFolder.isBlank(),
                "classifier",
                String.valueOf(classifierFolder),
                "must name the folder of a token classifier");
        InvalidSettingException.require(chunkTokens >= 1, "chunk_size", chunkTokens, "must be at least 1");
    }

    @Override
    public ScoreSource scoreSource() {
        return new ScoreSource.Classifier(classifierFolder);
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens > budget.floor(promptTokens);
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
        Scores.requireFinite(scores, promptTokens);
        protectedTokens.requireWithin(mostKept(promptTokens));
        int[] others = protectedTokens.others(promptTokens);
        float[] open = new float[others.length];
        for (int i = 0; i < open.length; i++) {
            open[i] = scores[others[i]];
        }
        int total = budget.select(open, open, protectedTokens.count()).length;
        int[] kept = new int[total];
        int count = 0;
        int from = 0;
        for (int start = 0; start < promptTokens; start += chunkTokens) {
            int to = from;
            while (to < others.length && others[to] < start + chunkTokens) {
                to++;
            }
            // Rounding the running total keeps the sum of the quotas at exactly the budget.
            int quota = (int) ((long) total * to / others.length) - count;
            for (int index : TopK.ascending(Arrays.copyOfRange(open, from, to), quota)) {
                kept[count++] = others[from + index];
            }
            from = to;
        }
        return protectedTokens.with(kept);
    }
}
