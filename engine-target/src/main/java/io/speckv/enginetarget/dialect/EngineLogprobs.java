package io.speckv.enginetarget.dialect;

/**
 * A token's log probability and the likeliest tokens at its place.
 *
 * @param logprob natural log, before temperature and filters: at most 0
 * @param topTokens likeliest first
 * @param topLogprobs of the top tokens
 */
public record EngineLogprobs(float logprob, int[] topTokens, float[] topLogprobs) {}
