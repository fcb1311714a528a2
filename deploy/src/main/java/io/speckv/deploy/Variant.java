package io.speckv.deploy;

import java.nio.file.Path;

/** Where an image's libtorch comes from. */
public enum Variant {
    /** From the jar on Maven Central, which is in the image. */
    CPU,
    /** From the base image, which names its folder in {@code PYTORCH_LIBRARY_PATH}: there is no such jar for CUDA. */
    CUDA;

    private static final String CPU_LIBTORCH = "pytorch-native-cpu-";

    /** Whether a library belongs into an image of this variant. */
    boolean holds(Path library) {
        return this == CPU || !isLibtorch(library);
    }

    /** Whether a library is libtorch itself, the largest and most rarely changed part of an image. */
    static boolean isLibtorch(Path library) {
        return library.getFileName().toString().startsWith(CPU_LIBTORCH);
    }
}
