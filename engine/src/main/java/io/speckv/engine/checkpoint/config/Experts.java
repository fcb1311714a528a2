package io.speckv.engine.checkpoint.config;

/**
 * The mixture of experts that some layers have instead of an MLP. For every token a router scores all experts, the best ones
 * read the token, and their outputs are added in proportion to their scores.
 *
 * @param count number of experts, at most 4096; 0 if no layer has any
 * @param chosen experts that read a token
 * @param intermediateSize channels inside each expert
 * @param normalised whether the scores of the chosen experts are scaled to add up to 1
 */
public record Experts(int count, int chosen, int intermediateSize, boolean normalised) {
    /** For models without experts. */
    public static final Experts NONE = new Experts(0, 0, 0, false);

    /** Far more than any model has. The bound matters because every expert has matrices with names of their own. */
    private static final int MOST = 4096;

    public Experts {
        if (count > MOST) {
            throw new IllegalArgumentException("num_experts is " + count + ", must be at most " + MOST);
        }
        if (count != 0 && (chosen < 1 || chosen > count || intermediateSize < 1)) {
            throw new IllegalArgumentException(
                    "num_experts_per_tok must be from 1 to num_experts, and moe_intermediate_size" + " positive, were "
                            + chosen + ", " + count + " and " + intermediateSize);
        }
    }
}
