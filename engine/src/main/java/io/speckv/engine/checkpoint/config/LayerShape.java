package io.speckv.engine.checkpoint.config;

/**
 * What one decoder layer may have other than the layers beside it.
 *
 * @param window most keys that a query sees, its own included; 0 for all before it
 * @param rope how its queries and keys are rotated
 * @param isSparse whether its MLP is the model's mixture of experts
 */
public record LayerShape(int window, Rope rope, boolean isSparse) {
    /** The window of a layer that sees everything. */
    public static final int NO_WINDOW = 0;

    /** A layer with an MLP that is the same for every token. */
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

    /** Returns whether a query of a sequence of some tokens may see fewer than all of them. */
    public boolean isLocalIn(int tokens) {
        return window != NO_WINDOW && tokens > window;
    }
}
