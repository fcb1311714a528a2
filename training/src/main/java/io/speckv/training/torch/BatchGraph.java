package io.speckv.training.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.torch.Graph;
import java.util.List;
import java.util.Map;

/** The training graph with one model's weights, applied to batches. All results belong to the given scope. */
final class BatchGraph {
    private final ModelShape shape;
    private final Graph graph;
    private final NDArray[] weights;
    private final NDArray amplitudes;

    /**
     * Creates a graph that borrows all its arguments.
     *
     * @param memory lives as long as the weights
     */
    BatchGraph(ModelShape shape, Graph graph, NDArray[] weights, NDManager memory) {
        this.shape = shape;
        this.graph = graph;
        this.weights = weights;
        this.amplitudes = memory.create(shape.rope().amplitudes(shape.headDim()));
    }

    ModelShape shape() {
        return shape;
    }

    /** Returns the logits at the places of a batch, `[places, vocabSize]`. */
    NDArray score(WeightedTokens batch, NDArray places, NDManager scope) {
        return call("score", batch, places, scope);
    }

    /** Returns the most probable token at each place of a batch, `[places]`. */
    NDArray predict(WeightedTokens batch, NDManager scope) {
        return call("predict", batch, scope.create(batch.places()), scope);
    }

    /**
     * Returns a loss whose gradients can be computed.
     *
     * @param method name of the graph's method
     * @param expected what the method compares with at these places: tokens, or a teacher's logits
     */
    NDArray loss(String method, WeightedTokens batch, NDArray places, NDArray expected, NDManager scope) {
        NDArray loss = graph.differentiable(
                method,
                List.of(
                        tokens(batch, scope),
                        places,
                        inverseFrequencies(batch, scope),
                        amplitudes,
                        expected,
                        scope.create(batch.shares())),
                Map.of("weights", weights),
                scope);
        loss.attach(scope);
        return loss;
    }

    private NDArray call(String method, WeightedTokens batch, NDArray places, NDManager scope) {
        return graph.call(method)
                .with(tokens(batch, scope))
                .with(places)
                .with(inverseFrequencies(batch, scope))
                .with(amplitudes)
                .with(weights)
                .tensor(scope);
    }

    /** Some rotations depend on the length of a sequence. */
    private NDArray inverseFrequencies(WeightedTokens batch, NDManager scope) {
        return scope.create(shape.rope().inverseFrequencies(shape.headDim(), batch.length()));
    }

    private static NDArray tokens(WeightedTokens batch, NDManager scope) {
        return scope.create(batch.flatTokens(), new Shape(batch.tokens().length, batch.length()));
    }
}
