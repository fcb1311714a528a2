package io.speckv.engine.checkpoint.config;

/**
 * Which of a layer's projections add a bias.
 *
 * @param queries whether those to queries, keys and values do
 * @param output whether that of what attention mixed does
 * @param mlp whether those of the MLP do
 */
public record Biases(boolean queries, boolean output, boolean mlp) {
    /** Of most families. */
    public static final Biases NONE = new Biases(false, false, false);
    /** Of Qwen2. */
    public static final Biases OF_QUERIES = new Biases(true, false, false);
}
