package io.speckv.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One whole run of the reference: a prompt, the target's logits and greedy tokens, and what each method did. */
public record GoldenRun(int index, JsonNode json) {
    private static final Path FOLDER = Path.of(System.getProperty("speckv.golden"));

    public static List<GoldenRun> all() {
        try {
            JsonNode runs =
                    new ObjectMapper().readTree(FOLDER.resolve("runs.json").toFile());
            List<GoldenRun> all = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                all.add(new GoldenRun(i, runs.get(i)));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path model(String name) {
        return FOLDER.resolve("models").resolve(name);
    }

    public Path target() {
        return model(json.get("pair").asText() + "-target");
    }

    public Path draft() {
        return model(json.get("pair").asText() + "-draft");
    }

    public int[] prompt() {
        return ints(json.get("prompt"));
    }

    public int[] greedy() {
        return ints(json.get("greedy"));
    }

    public double checksum() {
        return json.get("logits_checksum").asDouble();
    }

    public float[] lastLogits() {
        return floats(json.get("last_logits"));
    }

    public JsonNode method(String name) {
        return json.get(name);
    }

    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    public static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    @Override
    public String toString() {
        return "run " + index + " of " + json.get("pair").asText();
    }
}
