package io.speckv.training.torch;

import io.speckv.engine.DeviceName;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Golden checkpoints to be trained in float32, and batches of random tokens. */
final class GoldenTraining {
    static final Path TARGET = GoldenRun.model("qwen2-target");
    static final Path DRAFT = GoldenRun.model("qwen2-draft");
    static final AdamW SETTINGS = new AdamW(1e-2, 0.9, 0.97, 0.0, 1e9);

    private GoldenTraining() {}

    static float[] values(Map<String, float[]> weights, String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    static TrainingGraph open(Path folder) {
        return open(folder, weights(folder));
    }

    static TrainingGraph open(Path folder, Map<String, float[]> weights) {
        return TrainingGraph.open(shape(folder), DeviceName.CPU, Precision.FP32, TrainingState.fresh(weights));
    }

    static ModelShape shape(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.shape();
        }
    }

    static Map<String, float[]> weights(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.weights();
        }
    }

    static WeightedTokens weighted(int sequences, int length) {
        float[][] weights = new float[sequences][length];
        for (float[] row : weights) {
            for (int j = 1; j < length; j += 2) {
                row[j] = 0.1f * j;
            }
        }
        return new WeightedTokens(tokens(sequences, length), weights);
    }

    static int[][] tokens(int sequences, int length) {
        return tokens(sequences, length, shape(TARGET).vocabSize());
    }

    static int[][] tokens(int sequences, int length, int vocabulary) {
        Random random = new Random(7);
        int[][] tokens = new int[sequences][];
        for (int i = 0; i < sequences; i++) {
            tokens[i] = random.ints(length, 0, vocabulary - 1).toArray();
        }
        return tokens;
    }
}
