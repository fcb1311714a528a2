package io.speckv.engine.torch;

import io.speckv.engine.Precision;

/**
 * How a device computes in one precision.
 *
 * @param precision the precision; never {@link Precision#AUTO}
 * @param numbers format of activations, keys and values
 * @param kind how linear layers lie in memory
 */
record Computation(Precision precision, ScalarType numbers, LinearKind kind) {
    /** Returns the format of matrices that are not quantised, including the embedding. */
    ScalarType weights() {
        return precision == Precision.FP32 ? ScalarType.FLOAT32 : ScalarType.BFLOAT16;
    }
}
