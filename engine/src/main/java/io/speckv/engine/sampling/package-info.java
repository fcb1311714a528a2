/**
 * Chooses tokens from logits: plain arrays in, token ids out.
 *
 * <p>Nothing here keeps state between tokens. A choice depends on the logits, the tokens before it and the seed, so asking
 * twice gives the same answer and a rejected token leaves no trace. Read {@link io.speckv.engine.sampling.Sampler} first.
 */
@NullMarked
package io.speckv.engine.sampling;

import org.jspecify.annotations.NullMarked;
