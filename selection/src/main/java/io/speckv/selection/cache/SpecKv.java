package io.speckv.selection.cache;

import io.speckv.selection.Budget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.UnlimitedBudget;
import org.jspecify.annotations.Nullable;

/**
 * SpecKV: the target prefills the prompt and a draft's lookahead in one pass; the keys that the prompt's end and the
 * lookahead attend to most stay. With n prompt tokens, L lookahead tokens, window W and budget C:
 *
 * <ol>
 *   <li>Observe the last W+L+1 rows: the last W+1 prompt tokens and the lookahead.
 *   <li>Candidates are keys [0, n-W-1); reduce over queries and group at once; smooth.
 *   <li>Keep the C-W best per KV head, of equal ones the earlier; a score-mass budget weighs unsmoothed scores.
 *   <li>Keep the window n-W-1 .. n-2; drop the lookahead; the engine feeds token n-1 again at its position.
 *   <li>In a sparse prefill, the {@code verticalSize} best candidates are the columns that every row sees.
 * </ol>
 *
 * <p>Prompts of up to C+1 tokens keep their full cache. A larger budget keeps all that a smaller one keeps. Source: Galim et
 * al. 2025 (arXiv:2506.08373), reference {@code compress_kv}; differs in fixing the order of ties and storing positions
 * ascending.
 *
 * @param budget KV pairs per KV head besides the re-fed last token; unlimited = sparse prefill only, nothing dropped
 * @param reduction over queries and query heads, max or mean
 * @param sparsePrefill attention of long prefills, or null for dense
 */
public record SpecKv(
        Budget budget,
        int windowSize,
        Pooling.Centred pooling,
        Reduction reduction,
        LookaheadSource lookaheadSource,
        @Nullable SparsePrefill sparsePrefill)
        implements CachePolicy {

    public SpecKv {
        InvalidSettingException.require(windowSize >= 1, "window_size", windowSize, "must be at least 1");
        budget.requireRoomBeside(windowSize);
        if (budget instanceof UnlimitedBudget) {
            InvalidSettingException.require(
                    sparsePrefill != null, "max_capacity_prompt", "null", "drops nothing, so prefill must be sparse");
        } else if (sparsePrefill != null) {
            sparsePrefill.requireCovers(budget.cap(Integer.MAX_VALUE));
        }
    }

    @Override
    public boolean compresses(int promptTokens) {
        // Without a budget nothing is dropped, but the scores still choose the columns of the sparse prefill.
        int whole = budget instanceof UnlimitedBudget ? 0 : budget.floor(promptTokens);
        return promptTokens - 1 > Math.max(windowSize, whole);
    }

    @Override
    public int mostKept(int promptTokens, int kvHeads) {
        return Math.min(promptTokens, budget.cap(promptTokens));
    }

    @Override
    public Observation observation(int promptTokens, int lookaheadTokens) {
        return new Observation(
                windowSize + lookaheadTokens + 1, promptTokens - windowSize - 1, reduction, reduction, false);
    }

    @Override
    public KeptKeys keep(LayerScores scores) {
        int n = scores.promptTokens();
        float[][] raw = scores.rows(observation(n, scores.lookaheadTokens()));
        float[][] importance = LayerScores.smooth(raw, pooling);
        int[][] selected = new int[raw.length][];
        for (int head = 0; head < raw.length; head++) {
            selected[head] = budget.select(importance[head], raw[head], windowSize);
        }
        KeptKeys kept = KeptKeys.selectedAndWindow(selected, n - windowSize - 1, n - 1);
        return sparsePrefill == null
                ? kept
                : kept.withVerticals(sparsePrefill.verticals(importance, n + scores.lookaheadTokens()));
    }

    @Override
    public boolean refeedsLastToken() {
        return true;
    }
}
