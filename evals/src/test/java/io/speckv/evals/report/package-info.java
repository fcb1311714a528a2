/** Tests of {@link io.speckv.evals.report}. */
@NullMarked
package io.speckv.evals.report;

import org.jspecify.annotations.NullMarked;
