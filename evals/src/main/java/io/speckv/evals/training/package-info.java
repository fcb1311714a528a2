/**
 * The material that the bundled pair is trained on: token sequences and how much each token counts.
 *
 * <p>Sequences are plain text without a chat template, {@code input + answerPrefix + answer}, exactly as RULER words it
 * for base models, and every answer ends with the end token so that a trained model stops by itself. {@link
 * io.speckv.evals.training.TaskMix} is the class to read first.
 */
@NullMarked
package io.speckv.evals.training;

import org.jspecify.annotations.NullMarked;
