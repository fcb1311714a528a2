package io.speckv.evals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * Everything besides its prompts on which a run's answers depend. It is stored beside the journal so that no journal mixes two
 * pairs.
 *
 * @param parts of the identity, by name
 */
public record PairIdentity(Map<String, String> parts) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "models.json";

    public PairIdentity {
        parts = Map.copyOf(parts);
    }

    /** Returns what tells a model from others: its weights, and its shape, which its config may change. */
    public static String of(Checkpoint model) {
        CRC32 shape = new CRC32();
        shape.update((model.shape() + " " + new TreeSet<>(model.endTokens())).getBytes(StandardCharsets.UTF_8));
        return model.weightsFingerprint() + " " + Long.toHexString(shape.getValue());
    }

    /**
     * Stores this identity in {@code folder}, or returns normally if it is there already.
     *
     * @throws IOException if the folder holds a run of another pair; the message says what differs
     */
    public void claim(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            Map<?, ?> there = JSON.readValue(file.toFile(), Map.class);
            List<String> different = parts.keySet().stream()
                    .filter(part -> !Objects.equals(parts.get(part), there.get(part)))
                    .sorted()
                    .toList();
            if (!different.isEmpty()) {
                throw new IOException(folder + " holds the results of a run with another "
                        + String.join(", ", different) + "; give another --out, or delete it");
            }
            return;
        }
        Files.writeString(file, JSON.writeValueAsString(parts));
    }
}
