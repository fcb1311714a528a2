package io.speckv.selection.prompt;

import io.speckv.selection.Budget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Lines;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.Scores;
import io.speckv.selection.TopK;
import io.speckv.selection.Window;
import java.util.Arrays;

/**
 * SpecPrefill: the prompt is cut into fixed chunks, and the chunks with the highest mean score stay, at their original
 * positions. No window is forced.
 *
 * <p>The budget is counted in chunks: a share rounds up, a count rounds down to whole chunks (at least one). The chunk
 * that ends the prompt may be shorter. A larger budget keeps all that a smaller one keeps. Source: arXiv:2502.02789,
 * reference {@code Jingyu6/speculative_prefill}; its scores are a mean-pooled row per head, then the maximum over heads
 * and layers, then the mean over steps, all part of {@code scoring}.
 *
 * <p>If chunks of code and tables have their own length, or are cut at ends of lines (not in the paper), chunks differ in
 * length. Then the budget is counted in tokens, and a chunk that does not fit is skipped.
 *
 * @param chunkTokens tokens per chunk; 1 keeps single tokens
 * @param codeChunkTokens tokens per chunk of code and tables
 */
public record SpecPrefill(
        AttentionScoring scoring,
        Budget budget,
        int chunkTokens,
        int codeChunkTokens,
        @Override TextRules text) implements PromptPolicy {

    public SpecPrefill {
        InvalidSettingException.require(chunkTokens >= 1, "chunk_size", chunkTokens, "must be at least 1");
        InvalidSettingException.require(codeChunkTokens >= 1, "code_chunk_size", codeChunkTokens, "must be at least 1");
    }

    /** The paper's method, which knows nothing of the text. */
    public SpecPrefill(AttentionScoring scoring, Budget budget, int chunkTokens) {
        this(scoring, budget, chunkTokens, chunkTokens, TextRules.NONE);
    }

    @Override
    public boolean readsLines() {
        return text.wholeLines() || codeChunkTokens != chunkTokens;
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
    public int mostKept(int promptTokens) {
        int chunks = chunks(promptTokens);
        return Math.min(promptTokens, budget.inUnitsOf(chunkTokens).cap(chunks) * chunkTokens);
    }

    @Override
    public int[] keep(int promptTokens, float[] scores, PromptLayout layout) {
        if (!compresses(promptTokens)) {
            return Window.range(0, promptTokens);
        }
        Scores.requireFinite(scores, promptTokens);
        ProtectedTokens protectedTokens = layout.protectedTokens();
        protectedTokens.requireWithin(mostKept(promptTokens));
        int markTokens = text.marks() ? layout.markTokens() : 0;
        boolean readsLines = readsLines() && !layout.lines().isEmpty();
        if (readsLines || markTokens > 0) {
            Lines lines = readsLines ? layout.lines() : Lines.NONE;
            Pieces pieces = Pieces.byKind(promptTokens, lines, chunkTokens, codeChunkTokens, text.wholeLines());
            return ofPieces(pieces, scores, protectedTokens, markTokens);
        }
        boolean[] isProtected = protectedTokens.flags(promptTokens);
        float[] chunks = chunkMeans(scores, isProtected);
        Budget chunkBudget = budget.inUnitsOf(chunkTokens);
        // Counted as whole chunks, so that the budget holds wherever the protected tokens stand.
        int pinned = chunks(protectedTokens.count());
        int most = Math.min(chunks.length, chunkBudget.cap(chunks.length)) - pinned;
        int[] order = Arrays.stream(TopK.ranked(chunks, chunks.length))
                .filter(chunk -> !isProtectedWhole(chunk, isProtected))
                .limit(Math.max(0, most))
                .toArray();
        int[] kept = Window.sorted(order, chunkBudget.take(chunks, order, pinned));
        int[] positions = new int[promptTokens];
        int count = 0;
        for (int chunk : kept) {
            int end = Math.min(promptTokens, (chunk + 1) * chunkTokens);
            for (int i = chunk * chunkTokens; i < end; i++) {
                if (!isProtected[i]) {
                    positions[count++] = i;
                }
            }
        }
        return protectedTokens.with(Window.sorted(positions, count));
    }

    private int[] ofPieces(Pieces pieces, float[] scores, ProtectedTokens protectedTokens, int markTokens) {
        float[] means = new float[pieces.count()];
        boolean[] isProtected = protectedTokens.flags(scores.length);
        for (int i = 0; i < means.length; i++) {
            means[i] = mean(scores, isProtected, pieces.start(i), pieces.end(i));
        }
        Emission emission = new Emission(scores.length, protectedTokens, mostKept(scores.length));
        for (int piece : TopK.ranked(means, means.length)) {
            emission.emit(pieces.start(piece), pieces.end(piece));
        }
        return emission.kept(budget, scores, markTokens);
    }

    private int chunks(int tokens) {
        return (int) (((long) tokens + chunkTokens - 1) / chunkTokens);
    }

    private boolean isProtectedWhole(int chunk, boolean[] isProtected) {
        int end = Math.min(isProtected.length, (chunk + 1) * chunkTokens);
        for (int i = chunk * chunkTokens; i < end; i++) {
            if (!isProtected[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean keepsOriginalPositions() {
        return true;
    }

    /** Returns the means over tokens that are not protected; 0 for a chunk that has only protected ones. */
    private float[] chunkMeans(float[] scores, boolean[] isProtected) {
        float[] means = new float[chunks(scores.length)];
        for (int chunk = 0; chunk < means.length; chunk++) {
            int start = chunk * chunkTokens;
            means[chunk] = mean(scores, isProtected, start, Math.min(scores.length, start + chunkTokens));
        }
        return means;
    }

    private static float mean(float[] scores, boolean[] isProtected, int start, int end) {
        double sum = 0;
        int count = 0;
        for (int i = start; i < end; i++) {
            if (!isProtected[i]) {
                sum += scores[i];
                count++;
            }
        }
        return count == 0 ? 0 : (float) (sum / count);
    }
}
