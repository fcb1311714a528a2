package io.speckv.engine;

import java.util.Locale;

/** The number format a model computes in. */
public enum Precision {
    /** bf16 if the device multiplies bf16 weights fast, else fp32. */
    AUTO,
    FP32,
    BF16,
    /** Weights are quantised to int8 at load; the loss in activations is negligible beside that. On CPUs only. */
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
