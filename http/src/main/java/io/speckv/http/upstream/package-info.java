/** Calls of the InferenceService, as fast as the connection takes what comes. */
@NullMarked
package io.speckv.http.upstream;

import org.jspecify.annotations.NullMarked;
