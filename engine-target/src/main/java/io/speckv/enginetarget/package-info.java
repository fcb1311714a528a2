/**
 * A target service over another engine's HTTP server. Read {@link io.speckv.enginetarget.EngineTargetServer} first, which wires
 * the parts, then {@link io.speckv.enginetarget.EngineAnswer}, one request.
 */
@NullMarked
package io.speckv.enginetarget;

import org.jspecify.annotations.NullMarked;
