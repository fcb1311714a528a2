/** Measures what a precision loses against float32 on one checkpoint. */
@NullMarked
package io.speckv.evals.precision;

import org.jspecify.annotations.NullMarked;
