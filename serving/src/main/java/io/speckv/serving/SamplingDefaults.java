package io.speckv.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a model's {@code generation_config.json} says about sampling; where it says nothing, the value that changes
 * nothing.
 *
 * @param temperature 0, which is greedy, unless the file asks for sampling
 */
public record SamplingDefaults(double temperature, int topK, double topP, double minP, double repetitionPenalty) {
    /** Greedy, with nothing changed. */
    public static final SamplingDefaults NEUTRAL = new SamplingDefaults(0, 0, 1, 0, 1);

    private static final String FILE = "generation_config.json";

    /**
     * Returns the defaults of a model folder; neutral ones if it has no such file.
     *
     * @throws IllegalArgumentException if the file is not JSON
     */
    public static SamplingDefaults read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return NEUTRAL;
        }
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": expected well-formed JSON, found " + e.getMessage(), e);
        }
        double repetitionPenalty = json.path("repetition_penalty").asDouble(1);
        if (!json.path("do_sample").asBoolean(false)) {
            return new SamplingDefaults(0, 0, 1, 0, repetitionPenalty);
        }
        return new SamplingDefaults(
                json.path("temperature").asDouble(1),
                json.path("top_k").asInt(0),
                json.path("top_p").asDouble(1),
                json.path("min_p").asDouble(0),
                repetitionPenalty);
    }
}
