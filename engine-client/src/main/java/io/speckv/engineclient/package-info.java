/** Another engine's HTTP server, as a client sees it: requests, streams of events, and what goes wrong on the way. */
@NullMarked
package io.speckv.engineclient;

import org.jspecify.annotations.NullMarked;
