package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An engine's description of itself. If it changes, the model or the engine has changed.
 *
 * @param kind of engine, by {@link Dialect#kind}
 * @param version in its own words; empty if unknown
 * @param model the model's name there
 * @param weights what it was loaded from, in the engine's own words; empty if unknown. A model's name may stay when its weights
 *     change
 * @param contextTokens most tokens of prompt and answer together; 0 if unknown
 * @param vocabSize number of token ids; 0 if unknown
 */
public record EngineFacts(String kind, String version, String model, String weights, int contextTokens, int vocabSize) {
    /**
     * Returns the facts of vLLM and engines like it, which do not tell their vocabulary's size.
     *
     * @param version answer of the version route
     * @param model its entry in {@code /v1/models}
     */
    static EngineFacts of(String kind, JsonNode version, JsonNode model) {
        return new EngineFacts(
                kind,
                version.path("version").asText(),
                model.path("id").asText(),
                model.path("root").asText(),
                model.path("max_model_len").asInt(),
                0);
    }
}
