/** Tests of {@link io.speckv.evals.precision}. */
@NullMarked
package io.speckv.evals.precision;

import org.jspecify.annotations.NullMarked;
