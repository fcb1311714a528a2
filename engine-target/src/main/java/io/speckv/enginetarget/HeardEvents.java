package io.speckv.enginetarget;

import io.speckv.kit.failure.RequestException;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of some of an engine's events.
 *
 * @param anything whether they said anything about the answer; an engine may also send events that say nothing
 * @param done whether the engine says that these were the last events
 * @param failure why the engine gives up the answer; null if it does not, or if the answer had already ended
 */
record HeardEvents(boolean anything, boolean done, @Nullable RequestException failure) {}
