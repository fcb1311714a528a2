package io.speckv.enginetarget.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What an engine is told of a request besides how to generate.
 *
 * @param priority in the engine's own order; null for its default
 * @param cacheSalt keeps its cache apart from requests with another; empty for none
 */
public record EngineHints(@Nullable Integer priority, String cacheSalt) {
    public static final EngineHints NONE = new EngineHints(null, "");
}
