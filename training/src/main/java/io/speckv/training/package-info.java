/**
 * Trains models: a loop, and its lessons. The bundled pair learns a curriculum. A draft that is cut out of a target learns
 * windows of running text.
 *
 * <p>The bundled pair's sequences use RULER's wording of needles for base models, and some are in chat turns. Every answer
 * ends with an end token, so that a trained model stops by itself. {@link io.speckv.training.TrainingLoop} is the class to
 * read first.
 */
@NullMarked
package io.speckv.training;

import org.jspecify.annotations.NullMarked;
