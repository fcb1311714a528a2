/**
 * Traces, metrics and logs of a process, and the stage times that are sent in answers. Read
 * {@link io.speckv.kit.telemetry.Telemetry} first, and then {@link io.speckv.kit.telemetry.RequestTimeline}.
 */
@NullMarked
package io.speckv.kit.telemetry;

import org.jspecify.annotations.NullMarked;
