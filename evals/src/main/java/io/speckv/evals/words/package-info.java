/**
 * Words and running text that prompts and training sequences are made of, all drawn from a seed.
 *
 * <p>The word lists are the project's own, and nothing else is read. Read {@link io.speckv.evals.words.Draw} first.
 */
@NullMarked
package io.speckv.evals.words;

import org.jspecify.annotations.NullMarked;
