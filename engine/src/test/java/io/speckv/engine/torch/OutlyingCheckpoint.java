package io.speckv.engine.torch;

import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A tiny checkpoint with outlying columns as real ones have them: a few channels of the activations that enter every
 * MLP are {@value #FACTOR} times as large as the rest, which steps of their size would drown.
 */
final class OutlyingCheckpoint {
    private static final int FACTOR = 24;
    private static final int EVERY = 23;

    private OutlyingCheckpoint() {}

    static void write(Path original, Path folder) throws IOException {
        Files.copy(original.resolve("config.json"), folder.resolve("config.json"));
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        try (Checkpoint checkpoint = Checkpoint.open(original)) {
            Map<String, float[]> weights = checkpoint.weights();
            WeightLayout.of(checkpoint.shape()).forEach((name, shape) -> {
                float[] values = Objects.requireNonNull(weights.get(name), name);
                int columns = (int) shape[shape.length - 1];
                tensors.add(new SafetensorsWriter.Tensor(
                        name,
                        WeightType.F32,
                        shape,
                        index -> values[(int) index] * factor(name, (int) (index % columns))));
            });
        }
        SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
    }

    private static float factor(String name, int column) {
        return name.endsWith("post_attention_layernorm.weight") && column % EVERY == 5 ? FACTOR : 1;
    }
}
