/** Answers of the InferenceService in the form of each API, streamed or whole. */
@NullMarked
package io.speckv.http.answer;

import org.jspecify.annotations.NullMarked;
