/**
 * Continuous batching, for drafts and for answers. {@link io.speckv.serving.batch.BatchEngine} is the one thread that runs a
 * model. {@link io.speckv.serving.batch.DecodeRounds} are the steps that its running requests take together.
 */
@NullMarked
package io.speckv.serving.batch;

import org.jspecify.annotations.NullMarked;
