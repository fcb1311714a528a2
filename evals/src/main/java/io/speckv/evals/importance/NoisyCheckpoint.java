package io.speckv.evals.importance;

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
import java.util.Random;
import java.util.stream.Stream;

/** Copies of a checkpoint that are wrong by a known amount. */
final class NoisyCheckpoint {
    private static final String WEIGHTS = "model.safetensors";

    private NoisyCheckpoint() {}

    /**
     * Writes a copy whose matrices have normal noise added; vectors (norms, biases) stay as they are.
     *
     * @param noise deviation of the noise in deviations of the matrix it is added to, 0 or more
     */
    static void write(Path from, Path to, double noise, long seed) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".json")).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        Random random = new Random(seed);
        try (Checkpoint checkpoint = Checkpoint.open(from)) {
            Map<String, float[]> weights = checkpoint.weights();
            List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
            WeightLayout.of(checkpoint.shape()).forEach((name, size) -> {
                float[] numbers = weights.getOrDefault(name, new float[0]);
                if (size.length > 1) {
                    add(numbers, noise * deviation(numbers), random);
                }
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
