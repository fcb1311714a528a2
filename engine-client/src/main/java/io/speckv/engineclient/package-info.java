/** A client of another engine's HTTP server: requests, streams of events, and failures on the way. */
@NullMarked
package io.speckv.engineclient;

import org.jspecify.annotations.NullMarked;
