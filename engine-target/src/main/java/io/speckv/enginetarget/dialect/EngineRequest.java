package io.speckv.enginetarget.dialect;

/**
 * A valid request to an engine.
 *
 * @param id of the request, printable ASCII
 * @param model its name at the engine
 * @param prompt token ids, at least one; borrowed
 * @param hints that this kind of engine honours
 */
public record EngineRequest(String id, String model, int[] prompt, EngineSampling sampling, EngineHints hints) {}
