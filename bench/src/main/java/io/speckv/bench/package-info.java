/** Measures the speed of the engine and of the cascade, as shares of limits measured in the same run. */
@NullMarked
package io.speckv.bench;

import org.jspecify.annotations.NullMarked;
