package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.checkpoint.config.LayerShape;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.checkpoint.config.Rope;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rotations of a model's layers. Most models have one. Some rotate layers with a window differently, or do not rotate
 * some layers at all. Frequencies that depend on a sequence's length depend on the length of its prompt, as long as the
 * sequence goes on, because keys that were rotated differently would not fit.
 */
final class Rotary {
    private final Graph graph;
    private final int headDim;
    private final int numbers;
    private final List<Rope> ropes;
    private final int[] ropeOfLayer;
    /** The frequencies {@code [headDim / 2]} of each rope; null if they depend on the sequence. */
    private final @Nullable NDArray[] frequencies;

    private final NDArray[] amplitudes;

    Rotary(ModelShape shape, Graph graph, NDManager memory, ScalarType numbers) {
        this.graph = graph;
        this.headDim = shape.headDim();
        this.numbers = numbers.code();
        this.ropes =
                shape.layerShapes().stream().map(LayerShape::rope).distinct().toList();
        this.ropeOfLayer = shape.layerShapes().stream()
                .mapToInt(layer -> ropes.indexOf(layer.rope()))
                .toArray();
        this.frequencies = ropes.stream()
                .map(rope -> rope.dependsOnLength() ? null : memory.create(rope.inverseFrequencies(headDim, 1)))
                .toArray(NDArray[]::new);
        this.amplitudes = ropes.stream()
                .map(rope -> memory.create(rope.amplitudes(headDim)))
                .toArray(NDArray[]::new);
    }

    /** Returns whether keys depend on the length of their prompt. */
    boolean dependsOnLength() {
        return ropes.stream().anyMatch(Rope::dependsOnLength);
    }

    /**
     * Returns the cosines and sines of some rows.
     *
     * @param positions of each row
     * @param lengths of the prompt of each row's sequence
     */
    Angles at(NDManager scope, int[] positions, int[] lengths) {
        NDArray places = DecoderModel.longs(scope, positions);
        NDArray[][] angles = new NDArray[ropes.size()][];
        for (int i = 0; i < angles.length; i++) {
            NDArray fixed = frequencies[i];
            angles[i] = graph.call("rotary")
                    .with(fixed == null ? frequencies(scope, ropes.get(i), lengths) : fixed)
                    .with(places)
                    .with(amplitudes[i])
                    .with(numbers)
                    .tensors(scope);
        }
        return new Angles(angles, ropeOfLayer);
    }

    private NDArray frequencies(NDManager scope, Rope rope, int[] lengths) {
        if (Arrays.stream(lengths).allMatch(length -> length == lengths[0])) {
            return scope.create(rope.inverseFrequencies(headDim, lengths[0]));
        }
        int half = headDim / 2;
        float[] rows = new float[lengths.length * half];
        for (int row = 0; row < lengths.length; row++) {
            System.arraycopy(rope.inverseFrequencies(headDim, lengths[row]), 0, rows, row * half, half);
        }
        return scope.create(rows, new Shape(lengths.length, half));
    }

    /** Cosines and sines of some rows, each {@code [rows, headDim]}. */
    static final class Angles {
        private final NDArray[][] perRope;
        private final int[] ropeOfLayer;

        private Angles(NDArray[][] perRope, int[] ropeOfLayer) {
            this.perRope = perRope;
            this.ropeOfLayer = ropeOfLayer;
        }

        NDArray cosines(int layer) {
            return perRope[ropeOfLayer[layer]][0];
        }

        NDArray sines(int layer) {
            return perRope[ropeOfLayer[layer]][1];
        }
    }
}
