package io.speckv.training;

import io.speckv.training.torch.Divergence;

/**
 * How a draft learns from running text.
 *
 * @param tokens to train on, over all steps; the learning rate reaches its floor with the last of them
 * @param length tokens of a window, 64 or more
 * @param tokensPerStep most tokens of one step; a longer window makes a step of its own
 * @param rate highest learning rate
 * @param repeats share of the windows in which earlier stretches are repeated, 0 to 1
 * @param divergence the divergence to minimise
 * @param seed of every window
 */
public record DistillSettings(
        long tokens, int length, int tokensPerStep, double rate, double repeats, Divergence divergence, long seed) {
    /** Shorter windows have no room for repeated stretches. */
    private static final int SHORTEST = 64;

    private static final int WARMUP_STEPS = 20;
    private static final double DECAY_FROM = 0.3;
    private static final double RATE_FLOOR = 0.1;

    public DistillSettings {
        TrainingSettings.require(tokens > 0, "tokens", tokens, "be positive");
        TrainingSettings.require(length >= SHORTEST, "length", length, "be " + SHORTEST + " or more");
        TrainingSettings.require(tokensPerStep > 0, "tokensPerStep", tokensPerStep, "be positive");
        TrainingSettings.require(rate > 0, "rate", rate, "be positive");
        TrainingSettings.require(repeats >= 0 && repeats <= 1, "repeats", repeats, "be from 0 to 1");
    }

    RateSchedule schedule() {
        return new RateSchedule(tokens, rate, WARMUP_STEPS, DECAY_FROM, RATE_FLOOR);
    }

    int windowsPerStep() {
        return Math.max(1, tokensPerStep / length);
    }
}
