package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.YieldPoint;
import java.util.Arrays;

/**
 * One piece of a prompt on its way through the layers, in blocks of rows inside a layer. Its memory belongs to the scopes given
 * at construction.
 */
final class PromptPiece {
    private final DecoderModel model;
    private final NDArray hidden;
    private final Rotary.Angles angles;
    private final NDArray queries;
    private final int rows;
    private final int past;

    /**
     * @param scope owns all but the hidden rows
     * @param hidden {@code [rows, hiddenSize]}, changed layer by layer
     * @param positions rotary position of each row
     * @param promptLength tokens of the whole prompt, which rotations may depend on
     * @param past tokens before the piece
     */
    PromptPiece(DecoderModel model, NDManager scope, NDArray hidden, int[] positions, int promptLength, int past) {
        this.model = model;
        this.hidden = hidden;
        this.rows = positions.length;
        this.past = past;
        int[] lengths = new int[rows];
        Arrays.fill(lengths, promptLength);
        this.angles = model.rotary().at(scope, positions, lengths);
        this.queries =
                model.empty(scope, model.shape().heads(), rows, model.shape().headDim());
    }

    int rows() {
        return rows;
    }

    /** Tokens before the piece. */
    int past() {
        return past;
    }

    /** Tokens up to the end of the piece. */
    int tokens() {
        return past + rows;
    }

    /** Queries of the layer that was projected last, {@code [heads, rows, headDim]}. */
    NDArray queries() {
        return queries;
    }

    /**
     * Computes a layer's queries, and its keys and values into the places that follow the past.
     *
     * @param keys {@code [kvHeads, at least tokens(), headDim]}
     * @param values likewise
     * @param yieldPoint paused at before each block
     */
    void project(int layer, NDArray keys, NDArray values, YieldPoint yieldPoint) {
        for (int first = 0; first < rows; first += model.rowBlock()) {
            yieldPoint.pause();
            block("project", first)
                    .with(angles.cosines(layer))
                    .with(angles.sines(layer))
                    .withShared(model.weights().norms.get(layer))
                    .withShared(model.weights().linears.get(layer))
                    .with(queries)
                    .with(keys)
                    .with(values)
                    .run();
        }
    }

    /**
     * Runs the rest of a layer that was projected.
     *
     * @param verticals {@code [kvHeads, columns]} of vertical-slash attention beside a band; empty for all keys
     * @param band of keys around the diagonal
     */
    void attend(int layer, NDArray keys, NDArray values, NDArray verticals, int band, YieldPoint yieldPoint) {
        for (int first = 0; first < rows; first += model.rowBlock()) {
            yieldPoint.pause();
            block("attend", first)
                    .with(queries)
                    .with(keys)
                    .with(values)
                    .withShared(model.weights().norms.get(layer))
                    .withShared(model.weights().linears.get(layer))
                    .with(verticals)
                    .with(band)
                    .with(model.shape().layer(layer).window())
                    .run();
        }
    }

    /** A call that begins with the rows from {@code first} on, as many as a block has. */
    private Graph.Call block(String method, int first) {
        return model.graph()
                .call(method)
                .with(hidden)
                .with(first)
                .with(Math.min(model.rowBlock(), rows - first))
                .with(past);
    }
}
