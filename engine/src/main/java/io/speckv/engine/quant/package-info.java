/**
 * The numbers of matrices that are published quantised: pure arithmetic on the bytes of files that somebody else opened.
 *
 * <p>{@link io.speckv.engine.quant.QuantizedMatrix} is one matrix; there are three kinds. All compute in float32.
 */
@NullMarked
package io.speckv.engine.quant;

import org.jspecify.annotations.NullMarked;
