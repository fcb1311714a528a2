package io.speckv.engine;

/** How a device computes in one precision. */
public sealed interface Way {
    /** Returns this way as a sentence without its full stop. */
    String sentence();

    /**
     * The processor's own products of that format, or of digits of it.
     *
     * @param sentence what multiplies, such as "oneDNN, in blocked order"
     */
    record Native(String sentence) implements Way {}

    /**
     * Weights take the format's memory, and become float32 as they are multiplied: as exact as the weights are. Activations, keys
     * and values are float32.
     *
     * @param sentence what is done, and why
     */
    record Widened(String sentence) implements Way {}

    /**
     * Not at all.
     *
     * @param sentence why not, and what to use instead
     */
    record Refused(String sentence) implements Way {}
}
