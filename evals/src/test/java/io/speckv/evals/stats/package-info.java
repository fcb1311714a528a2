/** Tests of {@link io.speckv.evals.stats}. */
@NullMarked
package io.speckv.evals.stats;

import org.jspecify.annotations.NullMarked;
