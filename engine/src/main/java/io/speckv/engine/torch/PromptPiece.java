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
     * @param scope owns all memory but the hidden rows
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

    /** Returns the number of tokens before the piece. */
    int past() {
        return past;
    }

    /** Returns the number of tokens up to the end of the piece. */
    int tokens() {
        return past + rows;
    }

    /** Returns the queries of the layer that was projected last, {@code [heads, rows, headDim]}. */
    NDArray queries() {
        return queries;
    }

    /**
     * Computes a layer's queries, and writes its keys and values to the places after the past ones.
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
     * Runs the rest of the layer that was projected last.
     *
     * @param verticals {@code [kvHeads, columns]} columns of vertical-slash attention besides the band; empty for attention
     *     to all keys
     * @param band width of the band of keys before the diagonal
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

    /** Returns a call whose first arguments are the rows from {@code first} on, as many as a block has. */
    private Graph.Call block(String method, int first) {
        return model.graph()
                .call(method)
                .with(hidden)
                .with(first)
                .with(Math.min(model.rowBlock(), rows - first))
                .with(past);
    }
}
