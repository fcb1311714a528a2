/** OpenAI-compatible HTTP and a web page in front of the InferenceService. */
@NullMarked
package io.speckv.http;

import org.jspecify.annotations.NullMarked;
