package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.selection.Reduction;
import io.speckv.selection.prompt.AttentionScoring;

/**
 * The importance of each prompt token, gathered while a draft reads the prompt and decodes its lookahead.
 *
 * <p>Attention of the last prompt tokens (weighted linearly, the oldest 0) and of each decoded token is reduced over
 * queries, heads and layers within a step, then over steps. Source: section 3 of arXiv 2506.08373, with the order of
 * reductions of the reference's code. Thread-confined.
 */
public final class AttentionTally {
    private final AttentionScoring scoring;
    private final int promptTokens;
    private final float[] total;
    private float[] step;
    private int stepLayers;
    private int steps;

    public AttentionTally(AttentionScoring scoring, int promptTokens) {
        this.scoring = scoring;
        this.promptTokens = promptTokens;
        this.total = new float[promptTokens];
        this.step = new float[promptTokens];
    }

    /** Returns how many of the prompt's queries score: the window, or all of a shorter prompt. */
    public int windowQueries() {
        return Math.min(scoring.windowSize(), promptTokens);
    }

    void addPrompt(DecoderModel model, NDManager scope, int layer, NDArray queries, NDArray keys, int past, int rows) {
        if (past + rows != promptTokens || rows < windowQueries()) {
            throw new IllegalArgumentException(
                    "the last piece has " + rows + " of " + (past + rows) + " tokens; it must end the prompt of "
                            + promptTokens + " and hold its window of " + windowQueries());
        }
        int window = windowQueries();
        NDArray last = model.graph()
                .call("rows")
                .with(queries)
                .with(rows - window)
                .with(window)
                .tensor(scope);
        add(model, scope, layer, last, keys, promptTokens - window, promptTokens, weights(window));
    }

    /** Adds one decoded token's attention: queries {@code [heads, 1, headDim]} over the slot's {@code tokens} keys. */
    void addDecoded(DecoderModel model, NDManager scope, int layer, NDArray queries, NDArray keys, int tokens) {
        int visible = scoring.promptKeysOnly() ? promptTokens : tokens;
        add(model, scope, layer, queries, keys, visible - 1, visible, new float[0]);
    }

    private void add(
            DecoderModel model,
            NDManager scope,
            int layer,
            NDArray queries,
            NDArray keys,
            int position,
            int tokens,
            float[] weights) {
        if (layer >= scoring.startingLayerIndex() && counts(model.shape(), layer)) {
            NDArray visible =
                    model.graph().call("rows").with(keys).with(0).with(tokens).tensor(scope);
            AttentionScores.Reductions all = new AttentionScores.Reductions(
                    scoring.overQueries(), scoring.withinStep(), true, scoring.meanPoolKernel());
            merge(
                    scoring.withinStep(),
                    step,
                    AttentionScores.of(
                            model,
                            scope,
                            queries,
                            visible,
                            model.shape().layer(layer).window(),
                            position,
                            promptTokens,
                            weights,
                            all));
            stepLayers++;
        }
        if (layer == model.shape().layers() - 1) {
            endStep();
        }
    }

    /**
     * Returns whether a layer's attention counts. A layer with a window does not see the whole prompt, and would raise the
     * last tokens above the rest. It counts only if all layers have windows.
     */
    private boolean counts(ModelShape shape, int layer) {
        return !shape.layer(layer).isLocalIn(promptTokens) || shape.isLocalThroughoutIn(promptTokens);
    }

    private void endStep() {
        if (scoring.withinStep() == Reduction.MEAN) {
            divide(step, stepLayers);
        }
        merge(scoring.acrossSteps(), total, step);
        steps++;
        stepLayers = 0;
        step = new float[promptTokens];
    }

    private float[] weights(int window) {
        if (!scoring.weightedQueries() || window == 1) {
            return new float[0];
        }
        float[] ramp = new float[window];
        for (int i = 0; i < window; i++) {
            ramp[i] = (float) i / (window - 1);
        }
        return ramp;
    }

    /** Returns the scores of all steps so far, {@code [promptTokens]}. */
    public float[] scores() {
        float[] scores = total.clone();
        if (scoring.acrossSteps() == Reduction.MEAN) {
            divide(scores, steps);
        }
        return scores;
    }

    private static void divide(float[] sums, int count) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= Math.max(1, count);
        }
    }

    private static void merge(Reduction reduction, float[] into, float[] from) {
        for (int i = 0; i < into.length; i++) {
            into[i] = reduction == Reduction.MAX ? Math.max(into[i], from[i]) : into[i] + from[i];
        }
    }
}
