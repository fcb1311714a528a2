package io.speckv.engine;

/** How a device computes in one precision. */
public sealed interface Way {
    /** Returns this way as a sentence without its full stop. */
    String sentence();

    /**
     * The processor's own products of that format.
     *
     * @param sentence what multiplies, such as "oneDNN, in blocked order"
     */
    record Native(String sentence) implements Way {}

    /**
     * Weights are kept in the format, and become float32 as they are multiplied: as exact as the weights are, in their
     * memory, at no more than float32's speed. Activations, keys and values are float32.
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
