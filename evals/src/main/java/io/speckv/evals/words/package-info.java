/**
 * Words and running text that prompts and training sequences are made of, all drawn from a seed.
 *
 * <p>Nothing is read from outside: the word lists are the project's own. {@link io.speckv.evals.words.Draw} is the class
 * to read first.
 */
@NullMarked
package io.speckv.evals.words;

import org.jspecify.annotations.NullMarked;
