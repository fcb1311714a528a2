/**
 * Trains models: one loop, and what it is taught. The bundled pair has a curriculum; a draft that is cut out of a target
 * has windows of running text.
 *
 * <p>The bundled pair's sequences are worded as RULER words its needles for base models, some of them in chat turns, and
 * every answer ends with an end token so that a trained model stops by itself. {@link io.speckv.training.TrainingLoop} is
 * the class to read first.
 */
@NullMarked
package io.speckv.training;

import org.jspecify.annotations.NullMarked;
