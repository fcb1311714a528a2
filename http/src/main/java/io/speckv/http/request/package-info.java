/** Requests of the APIs as generations, that is as calls of the InferenceService. */
@NullMarked
package io.speckv.http.request;

import org.jspecify.annotations.NullMarked;
