@NullMarked
package io.speckv.engine.sampling;

import org.jspecify.annotations.NullMarked;
