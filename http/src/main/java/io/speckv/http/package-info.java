/**
 * OpenAI's and Anthropic's APIs and a web page in front of the InferenceService. Read {@link io.speckv.http.Routes} first: a
 * path's {@code request} reader makes a generation, {@code upstream} calls for it, an {@code answer} writer lays out what comes.
 */
@NullMarked
package io.speckv.http;

import org.jspecify.annotations.NullMarked;
