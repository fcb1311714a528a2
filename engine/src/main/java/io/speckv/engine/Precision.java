package io.speckv.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The number format a model computes in. */
public enum Precision {
    /** bf16 where the device multiplies it in hardware, else fp32. */
    AUTO,
    FP32,
    BF16,
    /** bf16, with weights quantised to int8 per row at load for steps of few rows. */
    INT8;

    private static final Path CPU_FEATURES = Path.of("/proc/cpuinfo");

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

    /** This precision, or the one that {@link #AUTO} stands for on a device. */
    public Precision on(DeviceName device) {
        if (this != AUTO) {
            return this;
        }
        return device.isGpu() || cpuMultipliesBf16() ? BF16 : FP32;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static boolean cpuMultipliesBf16() {
        if (!Files.isReadable(CPU_FEATURES)) {
            return false;
        }
        try {
            String features = Files.readString(CPU_FEATURES);
            return features.contains("avx512_bf16") || features.contains("amx_bf16");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
