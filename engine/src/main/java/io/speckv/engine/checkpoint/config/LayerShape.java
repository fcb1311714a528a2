package io.speckv.engine.checkpoint.config;

/**
 * The properties in which one decoder layer may differ from the others.
 *
 * @param window most keys that a query sees, its own included; 0 for no limit
 * @param rope how its queries and keys are rotated
 * @param isSparse whether its MLP is the model's mixture of experts
 */
public record LayerShape(int window, Rope rope, boolean isSparse) {
    /** The window of a layer that sees all keys. */
    public static final int NO_WINDOW = 0;

    /** A layer with an MLP instead of experts. */
    public LayerShape(int window, Rope rope) {
        this(window, rope, false);
    }

    public LayerShape {
        if (window < 0) {
            throw new IllegalArgumentException("sliding_window must be positive, was " + window);
        }
    }

    /** Returns the same with a mixture of experts, or without. */
    LayerShape withExperts(boolean sparse) {
        return new LayerShape(window, rope, sparse);
    }

    /** Returns whether a query in a sequence of {@code tokens} may see fewer than all of them. */
    public boolean isLocalIn(int tokens) {
        return window != NO_WINDOW && tokens > window;
    }
}
