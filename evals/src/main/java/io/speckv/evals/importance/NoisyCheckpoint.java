package io.speckv.evals.importance;

import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.config.ModelConfig;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes copies of a checkpoint with a known amount of noise. */
final class NoisyCheckpoint {
    private static final String WEIGHTS = "model.safetensors";

    private NoisyCheckpoint() {}

    /**
     * Writes a copy with normal noise added to its matrices; vectors (norms, biases) stay unchanged. The copy is a folder in
     * float32, whatever the source's format.
     *
     * @param from folder or GGUF file
     * @param noise standard deviation of the noise, in standard deviations of the matrix it is added to, 0 or more. Matrices
     *     that are stored as one each have their own
     * @throws io.speckv.engine.CheckpointException if the source cannot be read, or no config says what it is, as of some GGUF
     *     files
     */
    static void write(Path from, Path to, double noise, long seed) throws IOException {
        Files.createDirectories(to);
        Random random = new Random(seed);
        try (Checkpoint checkpoint = Checkpoint.open(from)) {
            ModelShape shape = checkpoint.shape();
            new ModelConfig(shape, checkpoint.endTokens()).write(to);
            Map<String, float[]> weights = checkpoint.weights();
            WeightLayout.of(shape).forEach((name, size) -> {
                if (size.length > 1) {
                    float[] numbers = weights.getOrDefault(name, new float[0]);
                    add(numbers, noise * deviation(numbers), random);
                }
            });
            Map<String, float[]> stored = WeightLayout.stored(shape, weights);
            List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
            WeightLayout.stored(shape).forEach((name, size) -> {
                float[] numbers = stored.getOrDefault(name, new float[0]);
                tensors.add(new SafetensorsWriter.Tensor(name, WeightType.F32, size, i -> numbers[(int) i]));
            });
            SafetensorsWriter.write(to.resolve(WEIGHTS), tensors);
        }
    }

    private static double deviation(float[] numbers) {
        double mean = 0;
        double squares = 0;
        for (float number : numbers) {
            mean += number;
            squares += (double) number * number;
        }
        mean /= numbers.length;
        return Math.sqrt(Math.max(0, squares / numbers.length - mean * mean));
    }

    private static void add(float[] numbers, double deviation, Random random) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] += (float) (deviation * random.nextGaussian());
        }
    }
}
