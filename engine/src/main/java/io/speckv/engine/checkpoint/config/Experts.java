package io.speckv.engine.checkpoint.config;

/**
 * The mixture of experts that some layers have for an MLP: a router scores all of them for every token, the best ones read it,
 * and what they say is added in proportion to their scores.
 *
 * @param count of them, at most 4096; 0 where no layer has any
 * @param chosen experts that read a token
 * @param intermediateSize channels inside each
 * @param normalised whether the scores of those that were chosen are scaled to add up to 1
 */
public record Experts(int count, int chosen, int intermediateSize, boolean normalised) {
    /** Of models that are the same for every token. */
    public static final Experts NONE = new Experts(0, 0, 0, false);

    /** Far more than any model has: each has matrices of its own by name. */
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
