/**
 * The numbers of published quantised matrices, computed by pure arithmetic on bytes of files that the caller opened.
 *
 * <p>{@link io.speckv.engine.quant.QuantizedMatrix} is one matrix. There are three kinds, and all compute in float32.
 */
@NullMarked
package io.speckv.engine.quant;

import org.jspecify.annotations.NullMarked;
