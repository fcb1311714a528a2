/**
 * Reads model folders in Hugging Face's layout, without any tensor library.
 *
 * <p>Start with {@link io.speckv.engine.checkpoint.Checkpoint}: opening one checks every tensor the architecture needs
 * and maps, but does not read, the weights. {@link io.speckv.engine.checkpoint.config.Architecture} is where a new family of
 * models is added.
 */
@NullMarked
package io.speckv.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
