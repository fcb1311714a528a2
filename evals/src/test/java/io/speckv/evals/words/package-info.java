/** Tests of {@link io.speckv.evals.words}. */
@NullMarked
package io.speckv.evals.words;

import org.jspecify.annotations.NullMarked;
