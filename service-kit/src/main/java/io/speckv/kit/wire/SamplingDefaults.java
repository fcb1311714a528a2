package io.speckv.kit.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The sampling settings in a model's {@code generation_config.json}. A value that the file does not give is neutral.
 *
 * @param temperature 0, which is greedy, unless the file asks for sampling
 */
public record SamplingDefaults(double temperature, int topK, double topP, double minP, double repetitionPenalty) {
    /** Greedy, without any change of the logits. */
    public static final SamplingDefaults NEUTRAL = new SamplingDefaults(0, 0, 1, 0, 1);

    private static final String FILE = "generation_config.json";

    /**
     * Returns the defaults of a model folder; neutral ones if it has no such file.
     *
     * <p>{@code top_k} of -1 or 0 means all tokens, as the authors of such files intend.
     *
     * @throws IllegalArgumentException if the file is not JSON, or sampling cannot work with a value; the message names file
     *     and key
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
        Values values = new Values(file, json);
        double repetitionPenalty = values.number("repetition_penalty", 1, Math.nextUp(0.0), Double.MAX_VALUE);
        if (!json.path("do_sample").asBoolean(false)) {
            return new SamplingDefaults(0, 0, 1, 0, repetitionPenalty);
        }
        return new SamplingDefaults(
                values.number("temperature", 1, 0, Double.MAX_VALUE),
                (int) Math.max(0, values.number("top_k", 0, -1, Integer.MAX_VALUE)),
                values.number("top_p", 1, Math.nextUp(0.0), 1),
                values.number("min_p", 0, 0, 1),
                repetitionPenalty);
    }

    /** The numbers of a file, each checked against its range. */
    private record Values(Path file, JsonNode json) {
        private double number(String key, double otherwise, double least, double most) {
            JsonNode value = json.path(key);
            if (value.isMissingNode() || value.isNull()) {
                return otherwise;
            }
            if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
                throw new IllegalArgumentException(file + ": expected " + key + " as a number "
                        + (least == Math.nextUp(0.0) ? "above 0" : "from " + (long) least)
                        + (most == 1 ? " to 1" : "") + ", found " + value);
            }
            return value.doubleValue();
        }
    }
}
