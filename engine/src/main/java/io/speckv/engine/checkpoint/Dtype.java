package io.speckv.engine.checkpoint;

import io.speckv.engine.quant.ByteFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Number formats that safetensors headers name. Some are formats of weights; the others hold codes, indices and scales of
 * quantised weights.
 */
enum Dtype {
    F32(4, WeightType.F32, null),
    F16(2, WeightType.F16, null),
    BF16(2, WeightType.BF16, null),
    F64(8, null, null),
    F8_E4M3(1, null, ByteFormat.FLOAT8_E4M3),
    F8_E5M2(1, null, ByteFormat.FLOAT8_E5M2),
    F8_E8M0(1, null, ByteFormat.FLOAT8_E8M0),
    I8(1, null, ByteFormat.INT8),
    U8(1, null, null),
    BOOL(1, null, null),
    I16(2, null, null),
    U16(2, null, null),
    I32(4, null, null),
    U32(4, null, null),
    I64(8, null, null),
    U64(8, null, null);

    private final int bytes;
    private final @Nullable WeightType weights;
    private final @Nullable ByteFormat byteFormat;

    Dtype(int bytes, @Nullable WeightType weights, @Nullable ByteFormat byteFormat) {
        this.bytes = bytes;
        this.weights = weights;
        this.byteFormat = byteFormat;
    }

    /** Returns the bytes of one number. */
    int bytes() {
        return bytes;
    }

    /** Returns the same format as a format of weights; empty if plain weights are not stored in it. */
    Optional<WeightType> weights() {
        return Optional.ofNullable(weights);
    }

    /** Returns the same format as a format of one byte; empty if a number takes more bytes, or is unsigned. */
    Optional<ByteFormat> byteFormat() {
        return Optional.ofNullable(byteFormat);
    }
}
