/** How well a draft knows what its target finds important, and what an error in that costs. */
@NullMarked
package io.speckv.evals.importance;

import org.jspecify.annotations.NullMarked;
