/** Training of the bundled pair: tokenizer, recall tasks, curriculum, checkpoints and export. */
@NullMarked
package io.speckv.evals.training;

import org.jspecify.annotations.NullMarked;
