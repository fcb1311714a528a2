package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an engine says of itself; other facts mean another model or another engine.
 *
 * @param kind of engine, by {@link Dialect#kind}
 * @param version in its own words; empty where it does not say
 * @param model the model's name there
 * @param contextTokens most tokens of prompt and answer together; 0 where it does not say
 * @param vocabSize number of token ids; 0 where it does not say
 */
public record EngineFacts(String kind, String version, String model, int contextTokens, int vocabSize) {
    /**
     * Returns what engines of vLLM's kind say, which is nothing of their vocabulary.
     *
     * @param version what its route of that name answers
     * @param model its entry in {@code /v1/models}
     */
    static EngineFacts of(String kind, JsonNode version, JsonNode model) {
        return new EngineFacts(
                kind,
                version.path("version").asText(),
                model.path("id").asText(),
                model.path("max_model_len").asInt(),
                0);
    }
}
