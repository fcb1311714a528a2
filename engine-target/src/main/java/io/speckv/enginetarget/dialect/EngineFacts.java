package io.speckv.enginetarget.dialect;

/**
 * What an engine says of itself; other facts mean another model or another engine.
 *
 * @param kind of engine, by {@link Dialect#kind}
 * @param version in its own words; empty where it does not say
 * @param model the model's name there
 * @param contextTokens most tokens of prompt and answer together; 0 where it does not say
 * @param vocabSize number of token ids; 0 where it does not say
 */
public record EngineFacts(String kind, String version, String model, int contextTokens, int vocabSize) {}
