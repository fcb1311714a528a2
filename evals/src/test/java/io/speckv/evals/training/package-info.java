/** Tests of {@link io.speckv.evals.training}. */
@NullMarked
package io.speckv.evals.training;

import org.jspecify.annotations.NullMarked;
