package io.speckv.deploy;

import java.nio.file.Path;

/** The source of an image's libtorch. */
public enum Variant {
    /** The jar on Maven Central, which is in the image. */
    CPU,
    /** The base image, which names the folder in {@code PYTORCH_LIBRARY_PATH}. For CUDA there is no such jar. */
    CUDA;

    private static final String CPU_LIBTORCH = "pytorch-native-cpu-";

    /** Returns whether a library belongs in an image of this variant. */
    boolean holds(Path library) {
        return this == CPU || !isLibtorch(library);
    }

    /** Returns whether a library is libtorch itself, the largest and least often changed part of an image. */
    static boolean isLibtorch(Path library) {
        return library.getFileName().toString().startsWith(CPU_LIBTORCH);
    }
}
