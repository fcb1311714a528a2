/**
 * OpenAI's and Anthropic's APIs and a web page in front of the InferenceService. Read {@link io.speckv.http.Routes} first. For
 * each path a reader in {@code request} makes a generation, {@code upstream} calls the service, and a writer in {@code answer}
 * lays out the answer.
 */
@NullMarked
package io.speckv.http;

import org.jspecify.annotations.NullMarked;
