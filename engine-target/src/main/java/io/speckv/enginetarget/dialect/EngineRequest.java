package io.speckv.enginetarget.dialect;

import java.util.UUID;

/**
 * A valid request to an engine.
 *
 * @param id its name at the engine, which no other request shares or begins with: SGLang's abort ends every request whose name
 *     begins with the given one
 * @param model its name at the engine
 * @param prompt token ids, at least one; borrowed
 * @param hints that this kind of engine honours
 */
public record EngineRequest(String id, String model, int[] prompt, EngineSampling sampling, EngineHints hints) {
    /** Returns a request with a new id. */
    public static EngineRequest named(String model, int[] prompt, EngineSampling sampling, EngineHints hints) {
        return new EngineRequest(UUID.randomUUID().toString(), model, prompt, sampling, hints);
    }
}
