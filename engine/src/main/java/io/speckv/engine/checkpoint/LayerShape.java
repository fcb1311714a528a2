package io.speckv.engine.checkpoint;

/**
 * What one decoder layer may have other than the layers beside it.
 *
 * @param window most keys that a query sees, its own included; 0 for all before it
 * @param rope how its queries and keys are rotated
 */
public record LayerShape(int window, Rope rope) {
    /** The window of a layer that sees everything. */
    public static final int NO_WINDOW = 0;

    public LayerShape {
        if (window < 0) {
            throw new IllegalArgumentException("sliding_window must be positive, was " + window);
        }
    }

    /** Returns whether a query of a sequence of some tokens may see fewer than all of them. */
    public boolean isLocalIn(int tokens) {
        return window != NO_WINDOW && tokens > window;
    }
}
