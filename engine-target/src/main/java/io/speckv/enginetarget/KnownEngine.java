package io.speckv.enginetarget;

import io.speckv.enginetarget.dialect.Dialect;
import io.speckv.enginetarget.dialect.EngineFacts;

/** An engine that has described what it serves. */
public record KnownEngine(Dialect dialect, EngineFacts facts) {}
