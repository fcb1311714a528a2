package io.speckv.enginetarget;

import io.speckv.enginetarget.dialect.Dialect;
import io.speckv.enginetarget.dialect.EngineFacts;

/** An engine that has told what it serves, and whose tokenizer is ours as far as could be seen. */
public record KnownEngine(Dialect dialect, EngineFacts facts) {}
