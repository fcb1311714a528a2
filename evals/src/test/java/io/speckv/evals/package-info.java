/** Tests of {@link io.speckv.evals}. */
@NullMarked
package io.speckv.evals;

import org.jspecify.annotations.NullMarked;
