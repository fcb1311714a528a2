package io.speckv.training.torch;

import java.util.Map;

/**
 * Everything that training needs to continue where it stopped. Tensors are flattened, by Hugging Face name.
 *
 * @param updates updates made so far, not negative
 * @param weights float32 master weights
 * @param means running means of the gradients; empty before the first update
 * @param squares running means of the squared gradients; empty before the first update
 */
public record TrainingState(
        int updates, Map<String, float[]> weights, Map<String, float[]> means, Map<String, float[]> squares) {
    public TrainingState {
        if (updates < 0) {
            throw new IllegalArgumentException("updates is " + updates + "; it must not be negative");
        }
    }

    /** Weights that no update has touched. */
    public static TrainingState fresh(Map<String, float[]> weights) {
        return new TrainingState(0, weights, Map.of(), Map.of());
    }
}
