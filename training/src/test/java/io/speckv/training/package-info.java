/** Tests of {@link io.speckv.training}. */
@NullMarked
package io.speckv.training;

import org.jspecify.annotations.NullMarked;
