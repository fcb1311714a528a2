package io.speckv.evals.importance;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.DraftReader;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.evals.EvalProgress;
import io.speckv.evals.report.ImportancePage;
import io.speckv.evals.stats.Correlation;
import io.speckv.evals.stats.ScoreOverlap;
import io.speckv.selection.Reduction;
import io.speckv.selection.prompt.AttentionScoring;
import java.util.ArrayList;
import java.util.Arrays;
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
    private volatile List<Cell> soFar = List.of();

    /**
     * The agreement of two groups of layers, mean over prompts.
     *
     * @param draftFrom first layer of the draft that scores
     * @param targetFrom first layer of the target that scores
     * @param prompts number of prompts
     * @param pearson Pearson's r of the importances
     * @param spearman Spearman's rho of the importances
     * @param overlap share of the target's most important tokens that are among the draft's
     * @param massRecall share of the target's importance that is on the draft's most important tokens
     */
    public record Cell(
            int draftFrom,
            int targetFrom,
            int prompts,
            double pearson,
            double spearman,
            double overlap,
            double massRecall) {
        /** Returns what the page shows of it. */
        public ImportancePage.Layers shown() {
            return new ImportancePage.Layers(draftFrom, targetFrom, pearson, spearman, overlap, massRecall);
        }
    }

    /** Creates a study over open models, which the caller still closes. */
    public ImportanceStudy(DecoderModel draft, DecoderModel target, ImportanceSettings settings) {
        this.draft = draft;
        this.target = target;
        this.settings = settings;
    }

    /**
     * Returns a cell for every pair of first layers. Each model reads each prompt once for each of its layers.
     *
     * @param progress told of every reading
     * @throws IllegalArgumentException if a prompt is not longer than the window plus the compared tokens
     */
    public List<Cell> run(List<int[]> prompts, EvalProgress progress) {
        prompts.forEach(prompt -> settings.requireLongEnough(prompt.length));
        int draftLayers = draft.shape().layers();
        int targetLayers = target.shape().layers();
        Sum[][] sums = new Sum[draftLayers][targetLayers];
        for (Sum[] row : sums) {
            Arrays.setAll(row, unused -> new Sum());
        }
        Readings readings = new Readings(progress, prompts.size() * (draftLayers + targetLayers));
        for (int[] prompt : prompts) {
            double[][] ofDraft = readings.of(draft, "draft", prompt);
            double[][] ofTarget = readings.of(target, "target", prompt);
            List<Cell> cells = new ArrayList<>();
            for (int i = 0; i < draftLayers; i++) {
                for (int j = 0; j < targetLayers; j++) {
                    sums[i][j].add(ofDraft[i], ofTarget[j]);
                    cells.add(sums[i][j].cell(i, j));
                }
            }
            soFar = List.copyOf(cells);
        }
        return soFar;
    }

    /**
     * Returns the cells of the prompts that {@link #run(List, EvalProgress)} has compared so far; none before the first. Any
     * thread may call this while it runs.
     */
    public List<Cell> soFar() {
        return soFar;
    }

    /**
     * Returns the cell of two first layers.
     *
     * @throws IllegalArgumentException if a prompt is not longer than the window plus the compared tokens
     */
    public Cell run(List<int[]> prompts, int draftFrom, int targetFrom) {
        Sum sum = new Sum();
        for (int[] prompt : prompts) {
            settings.requireLongEnough(prompt.length);
            sum.add(importance(draft, prompt, draftFrom), importance(target, prompt, targetFrom));
        }
        return sum.cell(draftFrom, targetFrom);
    }

    /** The agreement of two groups of layers, added up over prompts. */
    private final class Sum {
        private int prompts;
        private double pearson;
        private double spearman;
        private double overlap;
        private double massRecall;

        void add(double[] ofDraft, double[] ofTarget) {
            prompts++;
            pearson += Correlation.pearson(ofDraft, ofTarget);
            spearman += Correlation.spearman(ofDraft, ofTarget);
            overlap += ScoreOverlap.topRecall(ofDraft, ofTarget, settings.top());
            massRecall += ScoreOverlap.massRecall(ScoreOverlap.top(ofDraft, settings.top()), ofTarget);
        }

        Cell cell(int draftFrom, int targetFrom) {
            return new Cell(
                    draftFrom,
                    targetFrom,
                    prompts,
                    pearson / prompts,
                    spearman / prompts,
                    overlap / prompts,
                    massRecall / prompts);
        }
    }

    /** Readings of prompts, which are counted. */
    private final class Readings {
        private final EvalProgress progress;
        private final int all;
        private int done;

        Readings(EvalProgress progress, int all) {
            this.progress = progress;
            this.all = all;
            progress.report(0, all, "");
        }

        /** Returns the importances from each first layer {@code [layers][promptTokens - window]}. */
        double[][] of(DecoderModel model, String name, int[] prompt) {
            double[][] importances = new double[model.shape().layers()][];
            for (int layer = 0; layer < importances.length; layer++) {
                importances[layer] = importance(model, prompt, layer);
                done++;
                progress.report(done, all, name + " from layer " + layer);
            }
            return importances;
        }
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
