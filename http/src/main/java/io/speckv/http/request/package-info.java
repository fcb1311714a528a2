/** Turns requests of the APIs into generations, that is, calls of the InferenceService. */
@NullMarked
package io.speckv.http.request;

import org.jspecify.annotations.NullMarked;
