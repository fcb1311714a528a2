package io.speckv.engine.torch;

import io.speckv.engine.checkpoint.WeightType;

/** libtorch's codes for number formats, which the graph takes. */
public enum ScalarType {
    INT8(1, 1),
    INT64(4, 8),
    FLOAT16(5, 2),
    FLOAT32(6, 4),
    BFLOAT16(15, 2);

    private final int code;
    final int bytes;

    ScalarType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** Returns libtorch's number for this format. */
    public int code() {
        return code;
    }

    /** Returns the nearest number of this format. */
    double rounded(double number) {
        return switch (this) {
            case BFLOAT16 -> WeightType.BF16.nearest((float) number);
            case FLOAT16 -> WeightType.F16.nearest((float) number);
            default -> (float) number;
        };
    }

    static ScalarType of(WeightType type) {
        return switch (type) {
            case F32 -> FLOAT32;
            case F16 -> FLOAT16;
            case BF16 -> BFLOAT16;
        };
    }
}
