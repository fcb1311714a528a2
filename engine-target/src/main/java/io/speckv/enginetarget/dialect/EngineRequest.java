package io.speckv.enginetarget.dialect;

/**
 * A valid request to an engine.
 *
 * @param id of the request, printable ASCII
 * @param model its name there
 * @param prompt token ids, at least one; borrowed
 * @param hints those that the engine's kind honours
 */
public record EngineRequest(String id, String model, int[] prompt, EngineSampling sampling, EngineHints hints) {}
