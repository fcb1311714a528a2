package io.speckv.evals.importance;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.DraftReader;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.evals.report.ImportancePage;
import io.speckv.evals.stats.Correlation;
import io.speckv.evals.stats.ScoreOverlap;
import io.speckv.selection.Reduction;
import io.speckv.selection.prompt.AttentionScoring;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Measures how well a draft's importances of prompt tokens predict the target's, for each choice of scoring layers.
 *
 * <p>Importance is SpecPC's: the attention of the last prompt tokens, maximum over heads and over the layers from a first one
 * to the last (section 3 of arXiv 2506.08373). Both models share one vocabulary.
 */
public final class ImportanceStudy {
    private final DecoderModel draft;
    private final DecoderModel target;
    private final ImportanceSettings settings;

    /**
     * The agreement of two groups of layers, mean over prompts.
     *
     * @param draftFrom first layer of the draft that scores
     * @param targetFrom first layer of the target that scores
     * @param prompts number of prompts
     * @param pearson Pearson's r of the importances
     * @param spearman Spearman's rho of the importances
     * @param overlap share of the target's most important tokens that are among the draft's
     */
    public record Cell(int draftFrom, int targetFrom, int prompts, double pearson, double spearman, double overlap) {
        /** Returns what the page shows of it. */
        public ImportancePage.Layers shown() {
            return new ImportancePage.Layers(draftFrom, targetFrom, pearson, spearman, overlap);
        }
    }

    /** Creates a study over open models, which the caller still closes. */
    public ImportanceStudy(DecoderModel draft, DecoderModel target, ImportanceSettings settings) {
        this.draft = draft;
        this.target = target;
        this.settings = settings;
    }

    /**
     * Returns a cell for every pair of first layers.
     *
     * @throws IllegalArgumentException if a prompt is not longer than the window plus the compared tokens
     */
    public List<Cell> run(List<int[]> prompts) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < draft.shape().layers(); i++) {
            for (int j = 0; j < target.shape().layers(); j++) {
                cells.add(run(prompts, i, j));
            }
        }
        return cells;
    }

    /**
     * Returns the cell of two first layers.
     *
     * @throws IllegalArgumentException if a prompt is not longer than the window plus the compared tokens
     */
    public Cell run(List<int[]> prompts, int draftFrom, int targetFrom) {
        double pearson = 0;
        double spearman = 0;
        double overlap = 0;
        for (int[] prompt : prompts) {
            settings.requireLongEnough(prompt.length);
            double[] ofDraft = importance(draft, prompt, draftFrom);
            double[] ofTarget = importance(target, prompt, targetFrom);
            pearson += Correlation.pearson(ofDraft, ofTarget);
            spearman += Correlation.spearman(ofDraft, ofTarget);
            overlap += ScoreOverlap.topRecall(ofDraft, ofTarget, settings.top());
        }
        int n = prompts.size();
        return new Cell(draftFrom, targetFrom, n, pearson / n, spearman / n, overlap / n);
    }

    /** Returns the importances of the tokens before the window {@code [promptTokens - window]}. */
    private double[] importance(DecoderModel model, int[] prompt, int firstLayer) {
        AttentionScoring scoring = new AttentionScoring(
                settings.window(), true, firstLayer, Reduction.MAX, Reduction.MAX, Reduction.MAX, false, 1, 1);
        try (KvArena arena = model.newArena(1, prompt.length)) {
            float[] scores = new DraftReader(model, arena)
                    .read(prompt, scoring, 0, Set.of(), YieldPoint.NONE, token -> {}, all -> {})
                    .scores();
            double[] compared = new double[prompt.length - settings.window()];
            for (int i = 0; i < compared.length; i++) {
                compared[i] = scores[i];
            }
            return compared;
        }
    }
}
