/** Calls of the InferenceService, read only as fast as the HTTP connection takes the answer. */
@NullMarked
package io.speckv.http.upstream;

import org.jspecify.annotations.NullMarked;
