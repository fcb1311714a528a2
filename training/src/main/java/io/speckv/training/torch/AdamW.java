package io.speckv.training.torch;

/**
 * The optimizer's settings for one update.
 *
 * @param rate learning rate, not negative
 * @param beta1 decay of the gradient's running mean, in [0, 1)
 * @param beta2 decay of the gradient's running square, in [0, 1)
 * @param decay share of a matrix that is subtracted per unit of {@code rate}; vectors do not decay
 * @param clip longest norm of the gradients of all weights together; longer gradients are scaled to it; positive
 */
public record AdamW(double rate, double beta1, double beta2, double decay, double clip) {
    public AdamW {
        require(rate >= 0, "rate", rate, "not be negative");
        require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "be in [0, 1)");
        require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "be in [0, 1)");
        require(decay >= 0, "decay", decay, "not be negative");
        require(clip > 0, "clip", clip, "be positive");
    }

    /** Returns these settings at another learning rate. */
    public AdamW withRate(double rate) {
        return new AdamW(rate, beta1, beta2, decay, clip);
    }

    private static void require(boolean holds, String key, double value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(key + " is " + value + "; it must " + rule);
        }
    }
}
