/** Tests of {@link io.speckv.evals.ruler}. */
@NullMarked
package io.speckv.evals.ruler;

import org.jspecify.annotations.NullMarked;
