package io.speckv.training.torch;

/** How far a student's next-token distribution is from its teacher's. */
public enum Divergence {
    /** KL(teacher || student). */
    KL("kl"),
    /** Half the sum of absolute differences. */
    TOTAL_VARIATION("total_variation"),
    /**
     * Total variation by its variance-reduced policy gradient, TVD++ of "Direct Alignment of Draft Model for Speculative
     * Decoding". The value is not a distance; only its gradient counts. A step with too many logits is taken in parts, and
     * the reward of each part is scaled by its own deviation, not by that of the step.
     */
    TOTAL_VARIATION_REDUCED("total_variation_reduced");

    final String method;

    Divergence(String method) {
        this.method = method;
    }
}
