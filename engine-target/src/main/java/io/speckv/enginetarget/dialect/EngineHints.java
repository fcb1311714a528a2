package io.speckv.enginetarget.dialect;

import org.jspecify.annotations.Nullable;

/**
 * Hints about a request that do not change its answer.
 *
 * @param priority in the engine's own order; null for its default
 * @param cacheSalt requests with different salts share no cache; empty for none
 */
public record EngineHints(@Nullable Integer priority, String cacheSalt) {
    public static final EngineHints NONE = new EngineHints(null, "");
}
