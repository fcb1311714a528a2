package io.speckv.enginetarget;

import io.speckv.kit.failure.RequestException;
import org.jspecify.annotations.Nullable;

/**
 * What some events of an engine came to.
 *
 * @param anything whether they said anything: an engine may send events that say nothing
 * @param done whether the engine says that they were the last ones
 * @param failure why the engine gives the answer up; null if it does not, or had ended it before
 */
record HeardEvents(boolean anything, boolean done, @Nullable RequestException failure) {}
