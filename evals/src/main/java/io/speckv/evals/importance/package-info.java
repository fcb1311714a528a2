/** Measures how well a draft knows which tokens its target finds important, and the cost of an error in that. */
@NullMarked
package io.speckv.evals.importance;

import org.jspecify.annotations.NullMarked;
