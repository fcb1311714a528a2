package io.speckv.engine;

import java.util.Locale;

/** Which matrix products may be used. */
public enum Kernels {
    /** The fastest products among those that gave the right result in a trial at start. */
    AUTO,
    /** Only libtorch's own float32 product, which every processor has. Weights are widened to float32 as they are used. */
    PLAIN;

    /**
     * Returns the kernels of a name.
     *
     * @throws IllegalArgumentException naming the value and the known ones
     */
    public static Kernels parse(String text) {
        for (Kernels kernels : values()) {
            if (kernels.name().equalsIgnoreCase(text)) {
                return kernels;
            }
        }
        throw new IllegalArgumentException("kernels is '" + text + "'; use auto or plain");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
