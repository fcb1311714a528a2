/**
 * Runs decoder-only transformers read from Hugging Face checkpoint folders.
 *
 * <p>Every failure a caller can meet at run time is an {@link io.speckv.engine.EngineException}; read that first.
 */
@NullMarked
package io.speckv.engine;

import org.jspecify.annotations.NullMarked;
