package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A single safetensors file of any tensors, read whole, as {@link SafetensorsWriter} writes it. */
public final class WeightsFile {
    private WeightsFile() {}

    /**
     * Returns the numbers of every tensor, flattened, by name, as copies in float32.
     *
     * @throws CheckpointException if the file is missing, damaged or of an unsupported type
     */
    public static Map<String, float[]> read(Path file) {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            open.entries().forEach((name, entry) -> tensors.put(name, numbers(entry, open.map(entry))));
        }
        return tensors;
    }

    static float[] numbers(TensorEntry entry, ByteBuffer bytes) {
        int size = entry.type().bytes();
        float[] numbers = new float[bytes.limit() / size];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = entry.type().get(bytes, i * size);
        }
        return numbers;
    }
}
