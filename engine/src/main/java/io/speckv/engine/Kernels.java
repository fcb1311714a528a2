package io.speckv.engine;

import java.util.Locale;

/** Which products of matrices may be used. */
public enum Kernels {
    /** The fastest of those that gave the right result when they were tried at start. */
    AUTO,
    /** libtorch's own product in float32 alone, which every processor has; weights are widened to it as they are used. */
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
