package io.speckv.engine;

import java.util.Locale;

/** The number format a model computes in. */
public enum Precision {
    /** bf16 where the device multiplies its weights fast, else fp32. */
    AUTO,
    FP32,
    BF16,
    /** Weights quantised to int8 at load; activations lose nothing that counts beside it. On CPUs alone. */
    INT8;

    /**
     * Returns the precision of a name.
     *
     * @throws IllegalArgumentException naming the value and the known ones
     */
    public static Precision parse(String text) {
        for (Precision precision : values()) {
            if (precision.name().equalsIgnoreCase(text)) {
                return precision;
            }
        }
        throw new IllegalArgumentException("dtype is '" + text + "'; use auto, fp32, bf16 or int8");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
