/** Tests of {@link io.speckv.evals.longbench}. */
@NullMarked
package io.speckv.evals.longbench;

import org.jspecify.annotations.NullMarked;
