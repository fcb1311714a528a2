package io.speckv.training.torch;

import io.speckv.engine.checkpoint.config.Activation;
import io.speckv.engine.checkpoint.config.Architecture.Part;
import io.speckv.engine.checkpoint.config.LayerShape;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.util.Map;
import java.util.Optional;

/** Which models the training graph computes in the same way as the engine: those with Llama's or Qwen2's layers. */
public final class TrainableLayers {
    /** Tells which models can be trained, as the end of a sentence. */
    public static final String WHAT_CAN_BE =
            "only models whose layers are Llama's or Qwen2's, all alike and without windows, can be trained";

    private static final Map<Part, String> MISSING = Map.of(
            Part.QK_NORM, "norms of queries and keys",
            Part.POST_NORMS, "norms after each block",
            Part.NORMS_AROUND_ONE, "norms that are stored less one",
            Part.SCALED_EMBEDDING, "scaled embeddings",
            Part.EXPERTS, "mixtures of experts",
            Part.FUSED_PROJECTIONS, "projections that are stored as one");

    private TrainableLayers() {}

    /** Returns what the training graph would compute differently from the engine; empty if there is no difference. */
    public static Optional<String> obstacle(ModelShape shape) {
        for (Part part : Part.values()) {
            if (shape.architecture().has(part) && MISSING.containsKey(part)) {
                return Optional.of("the model has " + MISSING.get(part));
            }
        }
        if (shape.biases().output() || shape.biases().mlp()) {
            return Optional.of("the model has biases on more than queries, keys and values");
        }
        if (shape.activation() != Activation.SILU) {
            return Optional.of("the model's activation is " + shape.activation().configName());
        }
        for (LayerShape layer : shape.layerShapes()) {
            if (layer.window() != LayerShape.NO_WINDOW) {
                return Optional.of("the model has layers that see a window");
            }
            if (layer.rope().share() != 1 || !layer.rope().equals(shape.rope())) {
                return Optional.of("the model has layers that rotate a part, nothing, or in a way of their own");
            }
        }
        return Optional.empty();
    }
}
