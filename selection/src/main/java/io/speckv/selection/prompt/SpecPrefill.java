package io.speckv.selection.prompt;

import io.speckv.selection.Budget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Scores;
import io.speckv.selection.TopK;
import io.speckv.selection.Window;

/**
 * SpecPrefill: the prompt is cut into fixed chunks, and the chunks with the highest mean score stay, at their original
 * positions. No window is forced.
 *
 * <p>The budget is counted in chunks: a share rounds up, a count rounds down to whole chunks (at least one). The chunk
 * that ends the prompt may be shorter. A larger budget keeps all that a smaller one keeps. Source: arXiv:2502.02789,
 * reference {@code Jingyu6/speculative_prefill}; its scores are a mean-pooled row per head, then the maximum over heads
 * and layers, then the mean over steps, all part of {@code scoring}.
 *
 * @param chunkTokens tokens per chunk; 1 keeps single tokens
 */
public record SpecPrefill(AttentionScoring scoring, Budget budget, int chunkTokens) implements PromptPolicy {

    public SpecPrefill {
        InvalidSettingException.require(chunkTokens >= 1, "chunk_size", chunkTokens, "must be at least 1");
    }

    @Override
    public ScoreSource scoreSource() {
        return new ScoreSource.DraftAttention(scoring);
    }

    @Override
    public boolean compresses(int promptTokens) {
        return promptTokens > budget.floor(promptTokens);
    }

    @Override
    public int[] keep(int promptTokens, float[] scores) {
        if (!compresses(promptTokens)) {
            return Window.range(0, promptTokens);
        }
        Scores.requireFinite(scores, promptTokens);
        float[] chunks = chunkMeans(scores);
        Budget chunkBudget = budget.inUnitsOf(chunkTokens);
        int[] order = TopK.ranked(chunks, Math.min(chunks.length, chunkBudget.cap(chunks.length)));
        int[] kept = Window.sorted(order, chunkBudget.take(chunks, order, 0));
        int[] positions = new int[kept.length * chunkTokens];
        int count = 0;
        for (int chunk : kept) {
            int end = Math.min(promptTokens, (chunk + 1) * chunkTokens);
            for (int i = chunk * chunkTokens; i < end; i++) {
                positions[count++] = i;
            }
        }
        return Window.sorted(positions, count);
    }

    @Override
    public boolean keepsOriginalPositions() {
        return true;
    }

    private float[] chunkMeans(float[] scores) {
        float[] means = new float[(scores.length + chunkTokens - 1) / chunkTokens];
        for (int chunk = 0; chunk < means.length; chunk++) {
            int start = chunk * chunkTokens;
            int end = Math.min(scores.length, start + chunkTokens);
            double sum = 0;
            for (int i = start; i < end; i++) {
                sum += scores[i];
            }
            means[chunk] = (float) (sum / (end - start));
        }
        return means;
    }
}
