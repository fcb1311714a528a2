package io.speckv.training.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;

/**
 * The loss of a batch and its gradient, computed in parts if the logits of the whole batch are too many numbers at once.
 *
 * <p>A mean over positions is the mean of its parts, weighted by their shares of the weights, and so is its gradient. This
 * does not hold for the reward's deviation in {@link Divergence#TOTAL_VARIATION_REDUCED}: each part is scaled by its own.
 */
final class LossInParts {
    private final BatchGraph student;
    private final NDManager memory;
    private final long mostPlaces;

    /** The predictions that are expected at the places of a batch. */
    interface Goal {
        NDArray of(WeightedTokens batch, NDArray places, NDManager scope);
    }

    /**
     * Creates the losses of a student.
     *
     * @param logitsMost most numbers of one tensor of logits; a single sequence may have more
     */
    LossInParts(BatchGraph student, NDManager memory, long logitsMost) {
        this.student = student;
        this.memory = memory;
        this.mostPlaces = Math.max(1, logitsMost / student.shape().vocabSize());
    }

    /**
     * Adds the gradient of a loss to the student's gradients, and returns the loss.
     *
     * @param method name of the graph's method, which is a weighted mean over places
     */
    double differentiate(String method, WeightedTokens batch, Goal goal) {
        double loss = 0;
        for (WeightedTokens part : batch.parts(mostPlaces)) {
            loss += differentiate(method, part, part.sum() / batch.sum(), goal);
        }
        return loss;
    }

    private double differentiate(String method, WeightedTokens part, double share, Goal goal) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray places = scope.create(part.places());
            NDArray expected = goal.of(part, places, scope);
            try (GradientCollector collector = memory.getEngine().newGradientCollector()) {
                NDArray loss = student.loss(method, part, places, expected, scope);
                NDArray counted = share == 1 ? loss : loss.mul((float) share);
                counted.attach(scope);
                collector.backward(counted);
                return TrainingGraph.finite(counted.getFloat());
            }
        }
    }
}
