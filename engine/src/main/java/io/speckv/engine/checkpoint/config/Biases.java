package io.speckv.engine.checkpoint.config;

/**
 * Which of a layer's projections add a bias.
 *
 * @param queries whether the projections to queries, keys and values do
 * @param output whether attention's output projection does
 * @param mlp whether the MLP's projections do
 */
public record Biases(boolean queries, boolean output, boolean mlp) {
    /** The biases of most families. */
    public static final Biases NONE = new Biases(false, false, false);
    /** The biases of Qwen2. */
    public static final Biases OF_QUERIES = new Biases(true, false, false);
}
