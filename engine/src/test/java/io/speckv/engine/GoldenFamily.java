package io.speckv.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A tiny checkpoint of one family or rope scaling, and what transformers computes of it. */
public record GoldenFamily(Path folder, JsonNode expected) {
    private static final Path GOLDEN = Path.of(Objects.requireNonNull(System.getProperty("speckv.golden")));
    private static final Path FAMILIES = GOLDEN.resolve("families");

    /** All of them, by name. */
    public static List<GoldenFamily> all() {
        return in(FAMILIES);
    }

    /** Those whose weights are quantised, by name. */
    public static List<GoldenFamily> quantized() {
        return in(GOLDEN.resolve("quantized"));
    }

    private static List<GoldenFamily> in(Path parent) {
        try (Stream<Path> folders = Files.list(parent)) {
            return folders.sorted().map(GoldenFamily::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one of a name. */
    public static GoldenFamily named(String name) {
        return of(FAMILIES.resolve(name));
    }

    private static GoldenFamily of(Path folder) {
        try {
            return new GoldenFamily(
                    folder,
                    JsonMapper.builder()
                            .build()
                            .readTree(folder.resolve("expected.json").toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int[] prompt() {
        return GoldenRun.ints(expected.get("prompt"));
    }

    public int[] greedy() {
        return GoldenRun.ints(expected.get("greedy"));
    }

    public float[] lastLogits() {
        return GoldenRun.floats(expected.get("last_logits"));
    }

    public float[] bf16Logits() {
        return GoldenRun.floats(expected.get("bf16_logits"));
    }

    public double checksum() {
        return expected.get("checksum").asDouble();
    }

    @Override
    public String toString() {
        return String.valueOf(folder.getFileName());
    }
}
