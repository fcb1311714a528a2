package io.speckv.evals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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
    private static final int WEIGHTS_READ = 1 << 22;

    public PairIdentity {
        parts = Map.copyOf(parts);
    }

    /**
     * Returns the identity of two checkpoints and the settings of their methods.
     *
     * @param settings of the methods, in any form that is equal for equal settings
     */
    public static PairIdentity of(Path target, Path draft, String precision, String settings) throws IOException {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("target", fingerprint(target));
        parts.put("draft", fingerprint(draft));
        parts.put("precision", precision);
        parts.put("settings", settings);
        return new PairIdentity(parts);
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

    /** Returns a checksum of the configuration, and of all weights' sizes and beginnings: reading all of them takes long. */
    private static String fingerprint(Path folder) throws IOException {
        CRC32 sum = new CRC32();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(".safetensors") || file.endsWith("config.json"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name = file.getFileName() + " " + Files.size(file);
            sum.update(name.getBytes(StandardCharsets.UTF_8));
            try (InputStream in = Files.newInputStream(file)) {
                sum.update(in.readNBytes(WEIGHTS_READ));
            }
        }
        return folder.getFileName() + " " + Long.toHexString(sum.getValue());
    }
}
