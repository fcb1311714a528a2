package io.speckv.engine;

/** How a device computes in one precision. */
public sealed interface Way {
    /** Returns this way as a sentence without its full stop. */
    String sentence();

    /**
     * The processor multiplies that format itself, or multiplies digits of it.
     *
     * @param sentence what does the products, such as "oneDNN, in blocked order"
     */
    record Native(String sentence) implements Way {}

    /**
     * Weights are stored in the format and become float32 as they are multiplied, so the result is as exact as the weights.
     * Activations, keys and values are float32.
     *
     * @param sentence what is done, and why
     */
    record Widened(String sentence) implements Way {}

    /**
     * The device cannot compute in this precision.
     *
     * @param sentence why not, and what to use instead
     */
    record Refused(String sentence) implements Way {}
}
