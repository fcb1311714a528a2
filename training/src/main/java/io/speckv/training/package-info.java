/**
 * Trains the bundled pair: the sequences, how much each of their tokens counts, and the loop.
 *
 * <p>Sequences are worded as RULER words its needles for base models, some of them in chat turns, and every answer ends
 * with an end token so that a trained model stops by itself. {@link io.speckv.training.TrainingLoop} is the class to
 * read first.
 */
@NullMarked
package io.speckv.training;

import org.jspecify.annotations.NullMarked;
