package io.speckv.bench;

import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.config.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes checkpoint folders of a given shape with random bf16 weights, as fast and as large as real ones. */
public final class RandomCheckpoint {
    private static final double SCALE = 0.02;
    private static final int END_TOKEN = 2;

    private RandomCheckpoint() {}

    /** Returns the folder of a size below {@code parent}; the first call writes it. */
    public static Path of(ModelSize size, Path parent) throws IOException {
        Path folder = parent.resolve("random-" + size.label());
        if (Files.exists(folder.resolve("model.safetensors"))) {
            return folder;
        }
        Files.createDirectories(folder);
        new ModelConfig(size.shape(), Set.of(END_TOKEN)).write(folder);
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        for (Map.Entry<String, long[]> entry : WeightLayout.stored(size.shape()).entrySet()) {
            boolean norm = entry.getKey().endsWith("norm.weight");
            long seed = entry.getKey().hashCode();
            tensors.add(new SafetensorsWriter.Tensor(
                    entry.getKey(), WeightType.BF16, entry.getValue(), index -> norm ? 1f : noise(seed, index)));
        }
        SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
        return folder;
    }

    /** Returns a roughly normal number, always the same for the same index. */
    private static float noise(long seed, long index) {
        long z = (seed * 0x9E3779B97F4A7C15L) + index * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        int sum =
                (int) (z & 0xFFFF) + (int) (z >>> 16 & 0xFFFF) + (int) (z >>> 32 & 0xFFFF) + (int) (z >>> 48 & 0xFFFF);
        return (float) ((sum / 65536.0 - 2) * Math.sqrt(3) * SCALE);
    }
}
