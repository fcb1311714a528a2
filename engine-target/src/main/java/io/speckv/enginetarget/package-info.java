/**
 * A target service over another engine's HTTP server. Read {@link io.speckv.enginetarget.EngineTargetServer} first, which
 * connects the parts, then {@link io.speckv.enginetarget.EngineAnswer}, which is one request.
 */
@NullMarked
package io.speckv.enginetarget;

import org.jspecify.annotations.NullMarked;
