package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoint folders with random damage are read, or refused in one sentence. {@code -Dfuzz.seconds} and {@code -Dfuzz.seed} make a
 * campaign of it.
 */
class CheckpointFuzzTest {
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 10));
    private static final int FEWEST = 60;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1",
            "3",
            "7.5",
            "1e30",
            "2147483647",
            "9223372036854775808",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[0]",
            "[[1]]",
            "{\"type\": \"x\"}");

    private final Random random = new Random(SEED);
    private final List<String> done = new ArrayList<>();

    @TempDir
    Path temp;

    @Test
    void everyFolderIsReadOrRefusedInASentence() throws IOException {
        List<Path> folders = folders();
        long end = System.nanoTime() + TIME.toNanos();
        int read = 0;
        int refused = 0;
        while (read + refused < FEWEST || System.nanoTime() < end) {
            done.clear();
            Path golden = pick(folders);
            done.add(golden.getFileName().toString());
            Path folder = Files.createTempDirectory(temp, "fuzz");
            ModelFolder.copyOf(golden, folder);
            for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
                damage(folder);
            }
            try (Checkpoint checkpoint = Checkpoint.open(folder)) {
                assertThat(checkpoint.weights()).isNotEmpty();
                read++;
            } catch (CheckpointException e) {
                assertThat(e.getMessage())
                        .as("seed %d: %s", SEED, done)
                        .isNotBlank()
                        .doesNotContain("Exception");
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + SEED + ": " + done, e);
            } finally {
                delete(folder);
            }
        }
        assertThat(read).as("folders that are read all the same").isPositive();
        assertThat(refused).isPositive();
    }

    private static List<Path> folders() throws IOException {
        List<Path> folders = new ArrayList<>();
        Path golden = Path.of(Objects.requireNonNull(System.getProperty("speckv.golden")));
        for (String kind : List.of("models", "families", "quantized")) {
            try (Stream<Path> all = Files.list(golden.resolve(kind))) {
                all.filter(Files::isDirectory).sorted().forEach(folders::add);
            }
        }
        return folders;
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private void damage(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        if (files.isEmpty()) {
            return;
        }
        Path file = pick(files);
        switch (random.nextInt(6)) {
            case 0 -> {
                tell("deleted", file);
                Files.delete(file);
            }
            case 1 -> {
                byte[] bytes = Files.readAllBytes(file);
                int left = random.nextInt(bytes.length + 1);
                tell("cut to " + left, file);
                Files.write(file, Arrays.copyOf(bytes, left));
            }
            case 2 -> {
                byte[] bytes = Files.readAllBytes(file);
                for (int i = random.nextInt(8); i >= 0 && bytes.length > 0; i--) {
                    bytes[random.nextInt(Math.min(bytes.length, 2000))] = (byte) random.nextInt(256);
                }
                tell("bytes changed", file);
                Files.write(file, bytes);
            }
            default -> changeValue(folder, file);
        }
    }

    private void tell(String how, Path file) {
        done.add(how + " " + file.getFileName());
    }

    /** Changes one value of a JSON file, or of the header of a file of weights. */
    private void changeValue(Path folder, Path file) throws IOException {
        boolean weights = file.getFileName().toString().endsWith(".safetensors");
        try {
            if (weights && !holdsItsHeader(file)) {
                return; // an earlier damage
            }
            if (weights) {
                new ModelFolder(folder).editHeader(this::change);
            } else if (MAPPER.readTree(file.toFile()) instanceof ObjectNode object) {
                change(object);
                Files.writeString(file, MAPPER.writeValueAsString(object), StandardCharsets.UTF_8);
            }
            tell("value changed", file);
        } catch (IOException | RuntimeException e) {
            tell("could not change", file); // an earlier damage left no JSON
        }
    }

    private static boolean holdsItsHeader(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.remaining() >= Long.BYTES
                && bytes.getLong(0) >= 0
                && bytes.getLong(0) <= bytes.remaining() - Long.BYTES;
    }

    private void change(ObjectNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        if (keys.isEmpty()) {
            return;
        }
        String key = pick(keys);
        JsonNode value = object.get(key);
        if (value instanceof ObjectNode inner && random.nextBoolean()) {
            change(inner);
        } else if (value instanceof ArrayNode list && !list.isEmpty() && random.nextBoolean()) {
            list.set(random.nextInt(list.size()), value());
        } else if (random.nextInt(4) == 0) {
            done.add("- " + key);
            object.remove(key);
        } else {
            JsonNode other = value();
            done.add(key + " = " + other);
            object.set(key, other);
        }
    }

    private JsonNode value() {
        try {
            return MAPPER.readTree(pick(VALUES));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
