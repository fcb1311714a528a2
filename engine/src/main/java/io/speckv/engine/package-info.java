/**
 * Runs decoder-only transformers from Hugging Face checkpoint folders or GGUF files.
 *
 * <p>Every failure that a caller can get at run time is an {@link io.speckv.engine.EngineException}. Read that class first.
 */
@NullMarked
package io.speckv.engine;

import org.jspecify.annotations.NullMarked;
