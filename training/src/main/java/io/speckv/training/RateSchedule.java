package io.speckv.training;

import io.speckv.training.torch.AdamW;

/**
 * The course of the learning rate over a run. It rises, stays, and falls along a cosine to a floor, which it reaches with
 * the last token.
 *
 * @param tokens to train on, over all steps
 * @param rate highest learning rate
 * @param warmup steps until the highest rate is reached
 * @param decayFrom share of {@code tokens} after which the rate falls
 * @param floor last learning rate as a share of the highest
 */
record RateSchedule(long tokens, double rate, int warmup, double decayFrom, double floor) {
    /** Returns the optimizer for the step that follows {@code steps} steps and {@code seen} tokens. */
    AdamW optimizer(int steps, long seen) {
        double progress = Math.min(1, (double) seen / tokens);
        double falling = Math.max(0, (progress - decayFrom) / (1 - decayFrom));
        double share = floor + (1 - floor) * (1 + Math.cos(Math.PI * falling)) / 2;
        double rising = Math.min(1, (steps + 1.0) / Math.max(1, warmup));
        return new AdamW(rate * rising * share, 0.9, 0.97, 0.05, 1);
    }
}
